//! A collector of OpenTelemetry on the loopback: takes what is sent, says that it has it, and lets the test look;
//! or takes the connection and never answers.

use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{HistogramDataPoint, Metric};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

/// The longest that a test waits for something to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What came so far.
#[derive(Debug, Default)]
struct Book {
    requests: Mutex<Vec<Request>>,
    more: Condvar,
}

/// A collector.
#[derive(Debug)]
pub(crate) struct Collector {
    address: String,
    book: Arc<Book>,
}

impl Collector {
    /// One that takes everything.
    pub(crate) fn start() -> Self {
        Self::answering(true)
    }

    /// One that hears everything and never answers.
    pub(crate) fn hanging() -> Self {
        Self::answering(false)
    }

    fn answering(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let book = Arc::<Book>::default();
        let kept = Arc::clone(&book);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, book) = (stream.unwrap(), Arc::clone(&kept));
                std::thread::spawn(move || serve(&stream, &book, answers));
            }
        });
        Self { address, book }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What came, once that is enough for the condition.
    pub(crate) fn wait_for(&self, enough: impl Fn(&[Request]) -> bool) -> Vec<Request> {
        let begin = Instant::now();
        let mut requests = self.book.requests.lock().unwrap();
        while !enough(&requests) {
            let left = PATIENCE.checked_sub(begin.elapsed());
            let left = left.unwrap_or_else(|| panic!("not enough came: {requests:#?}"));
            requests = self.book.more.wait_timeout(requests, left).unwrap().0;
        }
        requests.clone()
    }

    /// What came.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.wait_for(|_| true)
    }
}

/// Hears requests of one connection until its end.
fn serve(stream: &TcpStream, book: &Book, answers: bool) {
    let mut from = BufReader::new(stream);
    while let Some(request) = read(&mut from) {
        book.requests.lock().unwrap().push(request);
        book.more.notify_all();
        if answers {
            let mut to = stream;
            let reply = "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
            if to.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn read(from: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    from.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length?.1.parse().ok()?];
    from.read_exact(&mut body).ok()?;
    Some(Request {
        path,
        headers,
        body,
    })
}

/// Attributes as text, by name.
pub(crate) fn mark<'a>(attributes: &'a [KeyValue], name: &str) -> Option<String> {
    let of = |one: &&'a KeyValue| one.key == name;
    let value = attributes.iter().find(of)?.value.as_ref()?.value.as_ref()?;
    if let Value::StringValue(text) = value {
        return Some(text.clone());
    }
    let Value::IntValue(number) = value else {
        panic!("{name} is {value:?}");
    };
    Some(number.to_string())
}

/// Spans with the attributes of who sent them.
pub(crate) fn spans(requests: &[Request]) -> Vec<(Span, Vec<KeyValue>, InstrumentationScope)> {
    let of_traces = requests.iter().filter(|it| it.path.ends_with("/v1/traces"));
    let mut spans = Vec::new();
    for request in of_traces {
        let told = ExportTraceServiceRequest::decode(&*request.body).unwrap();
        for of_resource in told.resource_spans {
            let resource = of_resource.resource.unwrap().attributes;
            for of_scope in of_resource.scope_spans {
                let scope = of_scope.scope.unwrap();
                let told = of_scope.spans.into_iter();
                spans.extend(told.map(|span| (span, resource.clone(), scope.clone())));
            }
        }
    }
    spans
}

/// The metrics of the last request that had any.
pub(crate) fn metrics(requests: &[Request]) -> Vec<Metric> {
    let mut of_metrics = requests.iter().rev();
    let Some(last) = of_metrics.find(|it| it.path.ends_with("/v1/metrics")) else {
        return Vec::new();
    };
    let told = ExportMetricsServiceRequest::decode(&*last.body).unwrap();
    let of_resources = told.resource_metrics.into_iter();
    let of_scopes = of_resources.flat_map(|it| it.scope_metrics);
    of_scopes.flat_map(|it| it.metrics).collect()
}

/// The points of a histogram.
pub(crate) fn points<'a>(metrics: &'a [Metric], name: &str) -> &'a [HistogramDataPoint] {
    let found = metrics.iter().find(|metric| metric.name == name);
    match found.and_then(|metric| metric.data.as_ref()) {
        Some(Data::Histogram(histogram)) => &histogram.data_points,
        Some(_) | None => panic!("there is no histogram {name} in {metrics:#?}"),
    }
}
