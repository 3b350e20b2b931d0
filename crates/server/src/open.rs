//! The door opened: who is heard where, until the system says that it shall end; and what is done beside that.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use service::Service;
use tokio::net::TcpSocket;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tower::{Layer, ServiceExt};
use transport::{Error, Listener, Tls};

use crate::compress;
use crate::door::Behind;
use crate::options::{Options, Settings};
use crate::watch::Watch;

/// The door, with the service behind it.
#[derive(Debug)]
pub struct Door {
    current: Arc<Current>,
}

/// A door that hears connections.
#[derive(Debug)]
pub struct Open {
    current: Arc<Current>,
    listener: Listener,
    tls: Option<Arc<Tls>>,
    watch: Option<Watch>,
}

/// What stands behind the door now. A request goes on to its end by the settings that it began with.
#[derive(Debug)]
pub(crate) struct Current(RwLock<Arc<Behind>>);

/// Between two steps of keeping the store as it should be.
const UPKEEP: Duration = Duration::from_secs(60);

impl Current {
    pub(crate) fn behind(&self) -> Arc<Behind> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, settings: Settings) {
        let mut behind = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *behind = Arc::new(behind.with(settings));
    }
}

impl Door {
    /// The door of a service.
    pub fn new(service: Service, options: Options) -> Self {
        Self { current: Arc::new(Current(RwLock::new(Arc::new(Behind::new(service, options))))) }
    }

    /// Hears connections and answers until the program is told to stop (SIGTERM, SIGINT); what is being answered then comes to
    /// its end. `ready` hears where it is, and where it tells what is counted. At SIGHUP `reread` may have other settings hold
    /// from then on, but for [`AT_START`](crate::AT_START), and keys and certificates are read again.
    ///
    /// # Errors
    /// Nobody can be heard there, or files of keys and certificates cannot be used.
    pub fn run(
        self,
        ready: impl FnOnce(SocketAddr, Option<SocketAddr>),
        reread: impl FnMut(&dyn Fn(Settings)),
    ) -> Result<(), Error> {
        let address = self.current.behind().options.address;
        let failed = |error| Error::Listen { address, error };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
        runtime.block_on(async {
            let stop = stopped().map_err(failed)?;
            let hangups = signal(SignalKind::hangup()).map_err(failed)?;
            let open = self.open().await?;
            let (current, tls) = (Arc::clone(&open.current), open.tls.clone());
            let upkeep = tokio::spawn(keep_up(Arc::clone(&current)));
            ready(open.address(), open.watch.as_ref().map(Watch::address));
            tokio::select! {
                () = open.serve(stop) => {}
                () = rereading(hangups, &current, tls.as_deref(), reread) => {}
            }
            upkeep.abort();
            Ok(())
        })
    }

    /// Looks whether files of keys and certificates can be used, and addresses had; and hears nobody. Where somebody listens
    /// already `taken` hears of it: it may be this very service.
    ///
    /// # Errors
    /// See [`Door::run`].
    pub fn check(&self, mut taken: impl FnMut(SocketAddr)) -> Result<(), Error> {
        let behind = self.current.behind();
        if let Some(files) = &behind.options.tls {
            Tls::read(files)?;
        }
        for address in [Some(behind.options.address), behind.options.metrics].into_iter().flatten() {
            match bind(address) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => taken(address),
                bound => bound.map_err(|error| Error::Listen { address, error })?,
            }
        }
        Ok(())
    }

    /// Begins to hear connections; and to count, where [`Options::metrics`] says so.
    ///
    /// # Errors
    /// See [`Door::run`]; or something in this process counts already.
    pub async fn open(self) -> Result<Open, Error> {
        let behind = self.current.behind();
        let options = &behind.options;
        let tls = options.tls.as_ref().map(Tls::read).transpose()?.map(Arc::new);
        let listener = Listener::bind(options.address, tls.clone(), options.bounds).await?;
        let watch = match options.metrics {
            Some(address) => Some(Watch::open(address).await?),
            None => None,
        };
        Ok(Open { current: self.current, listener, tls, watch })
    }
}

impl Open {
    /// Where it is; the port is a real one also where any was asked for.
    pub const fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Answers until `stop` comes; what is being answered then comes to its end. Until all has ended whoever watches is told how
    /// it stands.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send) {
        let Self { current, listener, watch, .. } = self;
        let readiness = Arc::clone(&current.behind().readiness);
        let stop = async move {
            stop.await;
            readiness.end();
        };
        let asked = Arc::clone(&current);
        let answer = tower::service_fn(move |request| {
            let behind = asked.behind();
            async move { Ok::<_, Infallible>(behind.answer(request).await) }
        });
        let known = Arc::clone(&current);
        let is_proxy = move |address| known.behind().options.proxies.contains(address);
        let answer = compress::layer().layer(answer).map_request(compress::only_reading);
        let Some(watch) = watch else { return listener.serve(answer, is_proxy, stop).await };
        let (end, ended) = oneshot::channel::<()>();
        let calendars = async {
            listener.serve(answer, is_proxy, stop).await;
            drop(end);
        };
        // Nothing is ever sent there: it ends when the other end is let go.
        let watched = watch.serve(current, async { ended.await.unwrap_or_default() });
        tokio::join!(calendars, watched);
    }
}

/// Waits until the program is told to stop.
fn stopped() -> io::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Reads settings, keys and certificates again whenever the program is told so.
async fn rereading(
    mut hangups: Signal,
    current: &Current,
    tls: Option<&Tls>,
    mut reread: impl FnMut(&dyn Fn(Settings)),
) {
    while hangups.recv().await.is_some() {
        reread(&|settings| current.change(settings));
        let behind = current.behind();
        if let (Some(tls), Some(files)) = (tls, &behind.options.tls) {
            match tls.reread(files) {
                Ok(()) => tracing::info!("keys and certificates were read again"),
                Err(error) => tracing::error!(%error, "keys and certificates stay as they were"),
            }
        }
    }
    std::future::pending::<()>().await;
}

async fn keep_up(current: Arc<Current>) {
    let mut times = tokio::time::interval(UPKEEP);
    loop {
        times.tick().await;
        current.behind().keep_up().await;
    }
}

/// Could one be heard there? Others may ask the same at this moment.
fn bind(address: SocketAddr) -> io::Result<()> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)
}
