//! The little of HTTP/1.1 that the scripted API needs: one request a connection.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::tcp::OwnedReadHalf;

use super::{Ending, Recorded};

/// Reads one request; `None` when the connection ends before it is whole.
pub(super) async fn read_request(reader: &mut BufReader<OwnedReadHalf>) -> Option<Recorded> {
    let first = read_line(reader).await?;
    let mut words = first.split_whitespace();
    let method = words.next()?.to_owned();
    let target = words.next()?;
    let path = target.split('?').next().unwrap_or(target).to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let line = read_line(reader).await?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.insert(name.trim().to_lowercase(), value.trim().to_owned());
    }
    let mut raw = Vec::new();
    let chunked = headers
        .get("transfer-encoding")
        .is_some_and(|coding| coding.contains("chunked"));
    if chunked {
        loop {
            let size = usize::from_str_radix(read_line(reader).await?.trim(), 16).ok()?;
            let start = raw.len();
            raw.resize(start + size, 0);
            reader.read_exact(&mut raw[start..]).await.ok()?;
            read_line(reader).await?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = headers.get("content-length") {
        raw.resize(length.parse().ok()?, 0);
        reader.read_exact(&mut raw).await.ok()?;
    }
    Some(Recorded {
        method,
        path,
        headers,
        body: serde_json::from_slice(&raw).unwrap_or(Value::Null),
        ending: Ending::Open,
    })
}

async fn read_line(reader: &mut BufReader<OwnedReadHalf>) -> Option<String> {
    let mut line = String::new();
    if reader.read_line(&mut line).await.ok()? == 0 {
        return None;
    }
    Some(line.trim_end_matches(['\r', '\n']).to_owned())
}
