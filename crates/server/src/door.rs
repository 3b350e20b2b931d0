//! Behind the door: each request signed in, read within limits, handed to `caldav`, answered, counted and noted in the log.

use std::sync::Arc;

use bytes::Bytes;
use dav::header::{self, Prefer};
use dav::{Href, Site};
use http::header::LOCATION;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use service::{Badge, Service};
use tokio::sync::{Semaphore, mpsc};

use crate::asked::Asked;
use crate::body::{Body, Broken};
use crate::caldav::answer::{Answer, Content, Page, Pages, TEXT};
use crate::caldav::error::Fault;
use crate::caldav::listings::Listings;
use crate::caldav::locks::Locks;
use crate::caldav::{self, Call, Scope, login, options};
use crate::coming::{Coming, UNIT};
use crate::counts;
use crate::options::{Options, Settings};
use crate::page::{self, Sessions, Visit};
use crate::readiness::Readiness;
use crate::unread::Unread;

/// What stands behind the door.
#[derive(Debug)]
pub(crate) struct Behind {
    service: Service,
    pub(crate) options: Options,
    pub(crate) readiness: Arc<Readiness>,
    locks: Arc<Locks>,
    listings: Arc<Listings>,
    sessions: Arc<Sessions>,
    /// A place for each request that is worked at.
    places: Arc<Semaphore>,
    /// One for each that is signed in: some wait there, and hold up nobody who is known.
    lobby: Arc<Semaphore>,
    /// [Units](UNIT) of bodies that may come.
    room: Arc<Semaphore>,
}

/// So many sign in at one time.
const LOBBY: usize = 100;
/// So many sets of messages are delivered by one step of upkeep.
const DELIVERIES: usize = 64;

/// Who has signed in.
#[derive(Clone, Debug)]
struct Signed {
    badge: Badge,
    name: String,
    me: Href,
}

impl Behind {
    pub(crate) fn new(service: Service, options: Options) -> Self {
        Self {
            service,
            readiness: Arc::default(),
            locks: Arc::new(Locks::new(options.locks)),
            listings: Arc::new(Listings::new(options.listings)),
            sessions: Arc::new(Sessions::new(options.sessions, options.sessions_of_one)),
            places: Arc::new(Semaphore::new(options.requests.min(Semaphore::MAX_PERMITS))),
            lobby: Arc::new(Semaphore::new(LOBBY)),
            room: Arc::new(Semaphore::new((options.bodies / UNIT).min(Semaphore::MAX_PERMITS))),
            options,
        }
    }

    /// The same by other settings, for requests from now on. What all requests share is as it was made: see
    /// [`AT_START`](crate::options::AT_START).
    pub(crate) fn with(&self, settings: Settings) -> Self {
        Self {
            service: self.service.with(settings.service),
            options: settings.door,
            readiness: Arc::clone(&self.readiness),
            locks: Arc::clone(&self.locks),
            listings: Arc::clone(&self.listings),
            sessions: Arc::clone(&self.sessions),
            places: Arc::clone(&self.places),
            lobby: Arc::clone(&self.lobby),
            room: Arc::clone(&self.room),
        }
    }

    /// Answers a request, and notes it: who, what, where, how it ended, how long it took; nothing of what it held.
    pub(crate) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let counted = counts::Request::begin(&head.method);
        let mut body = Unread::new(&head, body);
        let (method, path) = (head.method.clone(), collection(head.uri.path()).to_owned());
        let (signed, answer) = match Asked::read(head, &self.options) {
            Ok(asked) => self.answer_to(asked, &mut body).await,
            Err(fault) => (None, fault.into_answer(&Site::default())),
        };
        let answer = body.let_go(answer, self.options.body_idle);
        let (status, seconds) = (answer.status.as_u16(), counted.answered(answer.status).as_secs_f64());
        let who = signed.as_ref().map_or("-", |signed| &signed.name);
        tracing::info!(who, %method, path, status, seconds, "answered");
        self.respond(answer, signed)
    }

    async fn answer_to(self: &Arc<Self>, asked: Asked, body: &mut Unread) -> (Option<Signed>, Answer) {
        if let Some(answer) = self.open_to_all(&asked).await {
            return (None, answer);
        }
        if page::is_here(&asked.head.method, asked.path()) {
            return (None, self.page(asked, body).await);
        }
        let (site, is_options) = (Arc::clone(&asked.site), asked.head.method == Method::OPTIONS);
        let (signed, answer) = match self.sign_in(&asked).await {
            Ok(signed) => (Some(signed.clone()), self.work(signed, asked, body).await),
            Err(fault) => (None, Err(fault)),
        };
        let answer = answer.unwrap_or_else(|fault| fault.into_answer(&site));
        (signed, if is_options { options::with_dav(answer) } else { answer })
    }

    /// What is answered to everybody: how the service stands, and where CalDAV is (RFC 6764 5).
    async fn open_to_all(self: &Arc<Self>, asked: &Asked) -> Option<Answer> {
        let moved = || Answer::new(StatusCode::MOVED_PERMANENTLY).with(LOCATION, &asked.root);
        match asked.path() {
            "/.well-known/caldav" | "/.well-known/caldav/" => Some(moved()),
            // What is beside a page is beside it only behind the slash.
            "" if matches!(asked.head.method, Method::GET | Method::HEAD) => Some(moved()),
            path => match self.standing(path).await {
                None if asked.is_outside() => Some(asked.outside().into_answer(&asked.site)),
                answer => answer,
            },
        }
    }

    /// Is the service there, and is it ready?
    pub(crate) async fn standing(self: &Arc<Self>, path: &str) -> Option<Answer> {
        match path {
            "/healthz" => Some(Answer::with_body(StatusCode::OK, TEXT, "here\n")),
            "/readyz" => {
                let try_store = async { self.on_thread(|behind| Ok(behind.service.probe()?)).await.is_ok() };
                Some(match self.readiness.ask(try_store).await {
                    Ok(()) => Answer::with_body(StatusCode::OK, TEXT, "ready\n"),
                    Err(why) => Answer::with_body(StatusCode::SERVICE_UNAVAILABLE, TEXT, why),
                })
            }
            _ => None,
        }
    }

    async fn sign_in(self: &Arc<Self>, asked: &Asked) -> Result<Signed, Fault> {
        let shown = login::read(asked)?;
        let from = asked.client;
        self.on_thread_of(&self.lobby, move |behind| {
            let actor = shown.sign_in(&behind.service, from)?;
            let principal = actor.me()?;
            let name = principal.profile.name.clone().unwrap_or_default();
            Ok(Signed { badge: actor.badge(), name, me: caldav::principal_href(&principal)? })
        })
        .await
    }

    /// The page for people, who sign in there by a form.
    async fn page(self: &Arc<Self>, asked: Asked, body: &mut Unread) -> Answer {
        let read = async { self.coming(&asked.head, body, page::FORM)?.whole().await };
        let (body, room) = match read.await {
            Ok(read) => read,
            Err(fault) => return page::refused(fault),
        };
        let places = if page::is_sign_in(asked.path()) { &self.lobby } else { &self.places };
        let answered = self.on_thread_of(places, move |behind| {
            let _room = room;
            Ok(page::answer(&Visit {
                service: &behind.service,
                sessions: &behind.sessions,
                options: &behind.options,
                asked: &asked,
                body: &body,
            }))
        });
        answered.await.unwrap_or_else(page::refused)
    }

    /// Reads the body and has the request answered.
    async fn work(
        self: &Arc<Self>,
        signed: Signed,
        asked: Asked,
        body: &mut Unread,
    ) -> Result<Answer, Fault> {
        let href = asked.href()?;
        let Asked { head, site, .. } = asked;
        let coming = self.coming(&head, body, self.options.body)?;
        let (body, room) = if caldav::is_document(&head.method, &href) {
            coming.document().await?
        } else {
            let (octets, room) = coming.whole().await?;
            (octets.into(), room)
        };
        self.on_thread(move |behind| {
            // Room for the body is taken up for as long as it is there.
            let _room = room;
            let prefer = header::joined(&head.headers, "prefer")?;
            let brief = header::joined(&head.headers, "brief")?;
            let call = Call {
                actor: behind.service.actor(signed.badge),
                method: head.method.as_str(),
                href,
                query: head.uri.query().unwrap_or_default(),
                headers: &head.headers,
                body,
                prefer: Prefer::read(prefer.as_deref(), brief.as_deref()),
                site: Arc::clone(&site),
                scope: Arc::new(Scope {
                    site,
                    me: signed.me,
                    name: signed.name,
                    locks: Arc::clone(&behind.locks),
                    listings: Arc::clone(&behind.listings),
                    limits: behind.options.dav,
                    body: behind.options.body,
                }),
            };
            caldav::answer(&call)
        })
        .await
    }

    /// The body of a request, of which so many octets may come.
    fn coming<'b>(&'b self, head: &Parts, body: &'b mut Unread, most: usize) -> Result<Coming<'b>, Fault> {
        Coming::of(head, body, most, &self.options, &self.room)
    }

    /// Works on a thread of its own, for what waits for disks and hashes must not hold up connections. Who goes away meanwhile
    /// leaves the place taken until the work is done.
    async fn on_thread<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.on_thread_of(&self.places, work).await
    }

    async fn on_thread_of<T: Send + 'static>(
        self: &Arc<Self>,
        places: &Arc<Semaphore>,
        work: impl FnOnce(&Self) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let failed = || {
            Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "the service could not do this; its log says why")
        };
        let place = Arc::clone(places).acquire_owned().await.map_err(|_| failed())?;
        let behind = Arc::clone(self);
        let worked = tokio::task::spawn_blocking(move || {
            let _place = place;
            work(&behind)
        });
        worked.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a request was cut off");
            Err(failed())
        })
    }

    /// Keeps the store as it should be, by a bounded step: the window of occurrences moved on, alarms, the old forgotten, messages
    /// delivered that a service left that was stopped.
    pub(crate) async fn keep_up(self: Arc<Self>) {
        let step = self.on_thread(|behind| {
            let keeper = behind.service.keeper();
            keeper.keep_up()?;
            keeper.move_alarms()?;
            keeper.forget()?;
            keeper.deliver_owed(DELIVERIES)?;
            Ok(())
        });
        if step.await.is_err() {
            tracing::warn!("the store was not kept up; it is tried again");
        }
    }

    fn respond(self: Arc<Self>, answer: Answer, signed: Option<Signed>) -> Response<Body> {
        let body = match (answer.content, signed) {
            (Content::Whole(octets), _) => Body::Whole(octets),
            (Content::Pages(first, pages), Some(signed)) => self.send(first, pages, signed.badge),
            (Content::Pages(first, _), None) => Body::Whole(first),
        };
        response(answer.status, answer.headers, body)
    }

    /// Makes a long answer page by page, no faster than it is taken in.
    fn send(self: Arc<Self>, first: Bytes, mut pages: Pages, badge: Badge) -> Body {
        let (to, pieces) = mpsc::channel(1);
        tokio::spawn(async move {
            let mut page = Page { octets: first, is_last: false };
            loop {
                // Whoever went away takes in no more.
                if to.send(Ok(page.octets)).await.is_err() || page.is_last {
                    return;
                }
                let made = self.on_thread(move |behind| {
                    let page = pages(behind.service.actor(badge))?;
                    Ok((page, pages))
                });
                (page, pages) = match made.await {
                    Ok(made) => made,
                    Err(_) => {
                        let _ = to.send(Err(Broken)).await;
                        return;
                    }
                };
            }
        });
        Body::Pieces(pieces)
    }
}

/// An answer as it goes out.
pub(crate) fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// The path without the name of an object, which may tell what is in it.
fn collection(path: &str) -> &str {
    path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default()
}
