//! Tests of one level; each module covers one subject.
