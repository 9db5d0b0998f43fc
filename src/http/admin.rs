//! What the public must not see: figures of the running server, on a listener of their own.
use super::Site;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics::{Counter, counter, gauge, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::collections::HashMap;
use std::sync::Arc;

/// The counters, prepared so that counting an answer is one look-up and one addition.
#[derive(Clone)]
pub(super) struct Meters(Arc<Counters>);

struct Counters {
    recorder: PrometheusRecorder,
    answers: HashMap<&'static str, [Counter; CLASSES.len()]>,
    handle: PrometheusHandle,
}

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

impl Meters {
    /// Counters for answers at each of `paths`, and for requests to none of them.
    pub(super) fn new(paths: impl Iterator<Item = &'static str>) -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let answers = with_local_recorder(&recorder, || {
            let of = |path: &'static str| {
                (
                    path,
                    CLASSES
                        .map(|class| counter!("promenade_answers_total", "path" => path, "class" => class)),
                )
            };
            paths.chain(["none"]).map(of).collect()
        });
        Self(Arc::new(Counters { recorder, answers, handle }))
    }

    /// Counts an answer.
    pub(super) fn answered(&self, path: &str, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        if let Some(counters) = self.0.answers.get(path) {
            counters[class].increment(1);
        }
    }
}

/// The figures, in the text format that Prometheus reads.
pub(super) async fn metrics(State((site, meters)): State<(Site, Meters)>) -> Response {
    let snapshot = site.app().snapshot();
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float; revisions stay far below 2^53")]
    with_local_recorder(&meters.0.recorder, || {
        gauge!("promenade_revision").set(snapshot.revision.0 as f64);
        for view in snapshot.collections() {
            gauge!("promenade_items", "collection" => view.collection().name()).set(view.len() as f64);
        }
    });
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], meters.0.handle.render()).into_response()
}
