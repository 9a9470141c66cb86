//! The connections: how many there are, and which of them give way.
//!
//! A connection on which no request has come yet, or none after the last one, costs its client
//! nothing. So it is closed after a while, and at once where its place is needed: the oldest goes
//! first. A connection with a request keeps its place, and new ones wait for it to end.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::select;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::AbortHandle,
    time::{Instant, sleep, timeout},
};

use crate::{
    connection::Connection,
    metrics::{Gauge, Held},
};

/// How often it is looked whether a connection can give way, and how long a system that has no more
/// file descriptors is left alone.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a new connection has its place for certain, so that its first request can come.
const HEAD_START: Duration = Duration::from_millis(50);

/// Serves until `connection.stopped` changes, and then to the end of the requests under way, or of
/// `grace`. `open` tells how many connections there are.
pub(crate) async fn serve(
    listener: TcpListener,
    connection: Connection,
    grace: Duration,
    open: Gauge,
) {
    let most = connection
        .limits
        .connections
        .min(half_of_the_file_descriptors())
        .max(1);
    let places = Arc::new(Semaphore::new(most));
    let connections = Arc::new(Connections::new(open));
    let mut stop = connection.stopped.clone();
    let accept = async {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // It was given up meanwhile, or there are no file descriptors left.
                connections.close_one(HEAD_START);
                sleep(PAUSE).await;
                continue;
            };
            let place = loop {
                let place = Arc::clone(&places);
                if let Ok(place) = Arc::clone(&place).try_acquire_owned() {
                    break place;
                }
                connections.close_one(HEAD_START);
                if let Ok(Ok(place)) = timeout(PAUSE, place.acquire_owned()).await {
                    break place;
                }
            };
            connections.open(connection.clone(), stream, place);
        }
    };
    select(pin!(accept), pin!(stop.changed())).await;
    drop(listener);
    while connections.close_one(Duration::ZERO) {}
    // All places are free when nobody is there any more.
    let all = u32::try_from(most).unwrap_or(u32::MAX);
    if timeout(grace, places.acquire_many(all)).await.is_err() {
        connections.close_all();
    }
}

/// A connection needs a descriptor for its file, too, and the database some more.
fn half_of_the_file_descriptors() -> usize {
    #[cfg(unix)]
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let most = None;
    most.and_then(|most: u64| usize::try_from(most / 2).ok())
        .unwrap_or(usize::MAX)
        .min(Semaphore::MAX_PERMITS)
}

/// All that are open, the oldest first.
struct Connections {
    table: Mutex<Table>,
    count: Gauge,
}

#[derive(Default)]
struct Table {
    next: u64,
    open: BTreeMap<u64, Open>,
}

struct Open {
    since: Instant,
    task: AbortHandle,
    requests: Arc<AtomicUsize>,
}

impl Connections {
    fn new(count: Gauge) -> Self {
        Self {
            table: Mutex::default(),
            count,
        }
    }

    fn open(
        self: &Arc<Self>,
        connection: Connection,
        stream: TcpStream,
        place: OwnedSemaphorePermit,
    ) {
        let mut table = self.table();
        table.next += 1;
        let number = table.next;
        let requests = Arc::new(AtomicUsize::new(0));
        let served = connection.serve(stream, Arc::clone(&requests));
        let entry = Entry {
            connections: Arc::clone(self),
            number,
            _held: Held::new(&self.count),
            _place: place,
        };
        let task = tokio::spawn(async move {
            served.await;
            drop(entry);
        });
        let task = task.abort_handle();
        let since = Instant::now();
        table.open.insert(
            number,
            Open {
                since,
                task,
                requests,
            },
        );
    }

    /// Closes the oldest on which no request is under way, and that is at least so old; `false` if
    /// there is none.
    fn close_one(&self, age: Duration) -> bool {
        let mut table = self.table();
        let mut old = table
            .open
            .iter()
            .take_while(|(_, open)| open.since.elapsed() >= age);
        let idle = old.find(|(_, open)| open.requests.load(Ordering::SeqCst) == 0);
        let Some(number) = idle.map(|(number, _)| *number) else {
            return false;
        };
        if let Some(open) = table.open.remove(&number) {
            open.task.abort();
        }
        true
    }

    fn close_all(&self) {
        for open in self.table().open.values() {
            open.task.abort();
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a connection out of the table, and gives its place free, when it ends.
struct Entry {
    connections: Arc<Connections>,
    number: u64,
    _held: Held,
    _place: OwnedSemaphorePermit,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.connections.table().open.remove(&self.number);
    }
}
