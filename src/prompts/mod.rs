//! Every text that goes to a model, one template a file.
