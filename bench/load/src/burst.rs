//! The same work on some connections at once, for a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::calendar::Calendar;
use crate::connection::Connection;
use crate::work::Work;

/// What some connections did in a while.
#[derive(Clone, Debug, Default)]
pub(crate) struct Burst {
    /// How long each request took, in no order.
    pub(crate) times: Vec<Duration>,
    /// From the first question to the last answer.
    pub(crate) elapsed: Duration,
    /// The first answer that was not right.
    pub(crate) wrong: Option<String>,
}

impl Burst {
    /// Seconds of the server's for each request.
    pub(crate) fn cost(&self) -> f64 {
        self.elapsed.as_secs_f64() / self.times.len().max(1) as f64
    }

    /// Lets each connection ask at least once, and until so much time is over; what was put is removed to the last.
    pub(crate) async fn run(
        work: Work,
        calendar: &Arc<Mutex<Calendar>>,
        connections: Vec<Connection>,
        time: Duration,
    ) -> Result<(Self, Vec<Connection>)> {
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for connection in connections {
            tasks.spawn(one(work, Arc::clone(calendar), connection, start, time));
        }
        let (mut burst, mut connections) = (Self::default(), Vec::new());
        while let Some(done) = tasks.join_next().await {
            let (connection, times, wrong) = done??;
            connections.push(connection);
            burst.times.extend(times);
            burst.wrong = burst.wrong.or(wrong);
        }
        burst.elapsed = start.elapsed();
        Ok((burst, connections))
    }
}

/// What one connection does.
async fn one(
    work: Work,
    calendar: Arc<Mutex<Calendar>>,
    mut connection: Connection,
    start: Instant,
    time: Duration,
) -> Result<(Connection, Vec<Duration>, Option<String>)> {
    let (mut times, mut wrong) = (Vec::new(), None);
    while times.is_empty() || work == Work::Delete || start.elapsed() < time {
        let (question, objects) = {
            let mut calendar = calendar.lock().await;
            (work.question(&mut calendar)?, calendar.objects)
        };
        let Some(question) = question else { break };
        let answer = connection.ask(question).await?;
        times.push(answer.taken);
        if let Err(words) = work.check(&answer, objects) {
            wrong = wrong.or(Some(words));
        }
    }
    Ok((connection, times, wrong))
}
