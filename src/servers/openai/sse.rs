//! Cuts a stream of bytes into server-sent events, however the bytes are cut on the way.
//!
//! Owns framing only: the `data` of each event comes out as one string. Event names, ids and
//! retry times are ignored, since both dialects repeat the type inside the data.

/// The longest line that is kept. The last event of a Responses stream repeats the whole answer.
const MAX_LINE_BYTES: usize = 16 * 1024 * 1024;

/// The stream held a line that no sane endpoint sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineTooLong;

/// An incremental parser.
#[derive(Debug, Default)]
pub(super) struct SseParser {
    line: Vec<u8>,
    data: Option<String>,
    after_cr: bool,
}

impl SseParser {
    /// Takes bytes and gives the data of the events that they complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, LineTooLong> {
        let mut events = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            if std::mem::take(&mut self.after_cr) && rest.first() == Some(&b'\n') {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.extend(rest)?;
                break;
            };
            let (line, tail) = rest.split_at(end);
            self.extend(line)?;
            self.after_cr = tail.first() == Some(&b'\r');
            rest = tail.get(1..).unwrap_or_default();
            events.extend(self.end_line());
        }
        Ok(events)
    }

    fn extend(&mut self, part: &[u8]) -> Result<(), LineTooLong> {
        if self.line.len() + part.len() > MAX_LINE_BYTES {
            return Err(LineTooLong);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    /// Takes in the finished line; an empty one ends the event.
    fn end_line(&mut self) -> Option<String> {
        if self.line.is_empty() {
            return self.data.take();
        }
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        if let Some(value) = line.strip_prefix("data:") {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = ": hello\r\nevent: x\r\ndata: {\"a\":\"é\"}\r\n\r\ndata:one\ndata: two\n\nid: 7\n\ndata: [DONE]\r\r";

    fn expected() -> Vec<String> {
        vec![
            "{\"a\":\"é\"}".to_owned(),
            "one\ntwo".to_owned(),
            "[DONE]".to_owned(),
        ]
    }

    #[test]
    fn cuts_do_not_matter() {
        for size in 1..=STREAM.len() {
            let mut parser = SseParser::default();
            let mut events = Vec::new();
            for chunk in STREAM.as_bytes().chunks(size) {
                events.extend(parser.push(chunk).unwrap());
            }
            assert_eq!(events, expected(), "chunks of {size}");
        }
    }

    #[test]
    fn an_unfinished_event_stays_inside() {
        let mut parser = SseParser::default();
        assert_eq!(parser.push(b"data: half\n"), Ok(vec![]));
        assert_eq!(parser.push(b"\n"), Ok(vec!["half".to_owned()]));
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut parser = SseParser::default();
        let block = vec![b'x'; 1024 * 1024];
        let mut outcome = Ok(vec![]);
        for _ in 0..=16 {
            outcome = parser.push(&block);
        }
        assert_eq!(outcome, Err(LineTooLong));
    }
}
