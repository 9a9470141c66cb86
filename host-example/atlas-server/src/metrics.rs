//! What is counted, as OpenMetrics, which Prometheus reads.

use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

pub(crate) use prometheus_client::metrics::gauge::Gauge;

/// `method`, `route` and perhaps `status`, with their values.
type Labels = Vec<(&'static str, String)>;

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    durations: Family<Labels, Histogram>,
    /// Bytes of files that came.
    pub(crate) received: Counter,
    /// Bytes of files that were sent.
    pub(crate) sent: Counter,
    /// New versions.
    pub(crate) versions: Counter,
    /// Requests that bring a file, or a piece of one, now.
    pub(crate) uploads: Gauge,
    /// Connections there are now.
    pub(crate) connections: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("atlas"),
            requests: Family::default(),
            durations: Family::new_with_constructor(from_milliseconds_to_minutes),
            received: Counter::default(),
            sent: Counter::default(),
            versions: Counter::default(),
            uploads: Gauge::default(),
            connections: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("requests", "Answered requests", metrics.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "From the head of a request to the head of its answer",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        for (name, help, counter) in [
            ("received", "Bytes of files that came", &metrics.received),
            ("sent", "Bytes of files that were sent", &metrics.sent),
        ] {
            registry.register_with_unit(name, help, Unit::Bytes, counter.clone());
        }
        registry.register("versions_created", "New versions", metrics.versions.clone());
        for (name, help, gauge) in [
            (
                "uploads",
                "Requests that bring a file now",
                &metrics.uploads,
            ),
            (
                "connections",
                "Connections there are now",
                &metrics.connections,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
        metrics
    }
}

impl Metrics {
    /// Counts a request that is answered.
    pub(crate) fn answered(&self, method: String, route: String, status: u16, seconds: f64) {
        let mut labels = vec![("method", method), ("route", route)];
        self.durations.get_or_create(&labels).observe(seconds);
        labels.push(("status", status.to_string()));
        self.requests.get_or_create(&labels).inc();
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn from_milliseconds_to_minutes() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 4.0, 10))
}

/// Counts in a gauge while it is there.
pub(crate) struct Held(Gauge);

impl Held {
    pub(crate) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec();
    }
}
