//! What is counted, for Prometheus: how much is asked, how long it takes, who is let in, what the store and the process do. No
//! name of anybody, no path and no address is in it, so there are so many lines and no more.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use metrics::gauge;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;
use service::SCHEMA;

/// The media type of what is counted.
pub(crate) const MEDIA: &str = "text/plain; version=0.0.4; charset=utf-8";

const REQUEST: &str = "kalends_http_request_seconds";
const WORKED_AT: &str = "kalends_http_requests_in_progress";

/// What is counted, and what each is.
const COUNTERS: [(&str, &str); 5] = [
    ("kalends_connections_total", "Connections that came: accepted, or turned away for want of a place."),
    ("kalends_received_bytes_total", "Octets that came in, as they are on the wire."),
    ("kalends_sent_bytes_total", "Octets that went out, as they are on the wire."),
    (
        "kalends_sign_ins_total",
        "Names and passwords, or tokens, that were shown, most with each request: ok, refused, slowed (too many failures), failed (the store did not answer).",
    ),
    (
        "kalends_store_sets_total",
        "Changes that were handed to the store: applied, refused (another was faster, or the name was taken), failed (nothing could be written).",
    ),
];
const GAUGES: [(&str, &str); 5] = [
    ("kalends_build_info", "1; its label is the version of the program."),
    ("kalends_connections", "Connections that are open, that of who asks for this among them."),
    (WORKED_AT, "Requests that are not answered yet."),
    ("kalends_store_schema", "The version of the store's schema."),
    ("kalends_store_snapshots", "Snapshots of the store that are read: each is a connection to it."),
];
const HISTOGRAMS: [(&str, &str, &[f64]); 3] = [
    (
        REQUEST,
        "From a request's head to the beginning of its answer, by method and class of status.",
        &SECONDS,
    ),
    ("kalends_store_commit_seconds", "From the turn of changes to the disk.", &SECONDS),
    (
        "kalends_store_commit_sets",
        "Changes that came to the disk by one commit.",
        &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0],
    ),
];
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Methods that are told apart: whoever makes up others makes no more lines.
const METHODS: [&str; 20] = [
    "ACL",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LOCK",
    "MKCALENDAR",
    "MKCOL",
    "MOVE",
    "OPTIONS",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PUT",
    "REPORT",
    "SEARCH",
    "TRACE",
    "UNLOCK",
    "VERSION-CONTROL",
];
/// Between two times at which what was timed is summed up: until then each time is kept.
pub(crate) const SUM_UP: Duration = Duration::from_secs(5);

/// What is gathered in this process.
#[derive(Debug)]
pub(crate) struct Counts {
    gathered: PrometheusHandle,
    process: Collector,
}

impl Counts {
    /// Begins to gather.
    ///
    /// # Errors
    /// Something in this process gathers already.
    pub(crate) fn begin() -> Result<Self, BuildError> {
        let mut builder = PrometheusBuilder::new();
        for (name, _, buckets) in HISTOGRAMS {
            builder = builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), buckets)?;
        }
        let gathered = builder.install_recorder()?;
        for (name, what) in COUNTERS {
            metrics::describe_counter!(name, what);
        }
        for (name, what) in GAUGES {
            metrics::describe_gauge!(name, what);
        }
        for (name, what, _) in HISTOGRAMS {
            metrics::describe_histogram!(name, what);
        }
        gauge!("kalends_store_schema").set(i32::try_from(SCHEMA).unwrap_or(i32::MAX));
        gauge!("kalends_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        let process = Collector::default();
        process.describe();
        Ok(Self { gathered, process })
    }

    /// All of it now, as Prometheus reads it.
    pub(crate) fn told(&self) -> String {
        self.process.collect();
        self.gathered.render()
    }

    /// Sums up what was timed.
    pub(crate) fn sum_up(&self) {
        self.gathered.run_upkeep();
    }
}

/// A request that is not answered yet, or whose client went away.
#[derive(Debug)]
pub(crate) struct Request {
    began: Instant,
    method: &'static str,
}

impl Request {
    pub(crate) fn begin(method: &Method) -> Self {
        gauge!(WORKED_AT).increment(1.0);
        let known = METHODS.iter().find(|known| **known == method.as_str());
        Self { began: Instant::now(), method: known.copied().unwrap_or("other") }
    }

    /// It is answered: how long that took.
    pub(crate) fn answered(self, status: StatusCode) -> Duration {
        let took = self.began.elapsed();
        let class = match status.as_u16() {
            ..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        metrics::histogram!(REQUEST, "method" => self.method, "status" => class).record(took);
        took
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        gauge!(WORKED_AT).decrement(1.0);
    }
}
