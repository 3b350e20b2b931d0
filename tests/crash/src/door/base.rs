//! Where the service has its store, and how that is copied and looked at: all that depends on the database is here.
//!
//! It is a folder; or, where `CRASH_POSTGRES` names a database of PostgreSQL, one that is made beside that. The command
//! `CRASH_POSTGRES_SERVER` ends the server at once when it is told `kill`, and begins it again when it is told `start`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use engines::Session;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use store::{Location, Store, Waiting};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::door::client::CALENDARS;
use crate::door::wire::Wire;
use crate::program::{Place, fast_folder, store_of};
use crate::{Fault, Program, kills, variable};

/// A store that people have calendars in, Ann two of them, and tokens that they sign in by.
pub(super) struct Base {
    pub(super) disk: Disk,
    tokens: BTreeMap<String, String>,
}

/// A folder with a store in it, or one for what belongs to a store in a database.
pub(super) struct Disk {
    pub(super) folder: TempDir,
    database: Option<Database>,
}

/// A database that goes when nobody wants it any more.
struct Database {
    server: Rc<Server>,
    name: String,
    url: String,
}

/// A server of databases that may be ended.
pub(super) struct Server {
    /// One of its databases.
    url: String,
    control: String,
}

/// Nobody waits so long for a server to notice that who asked is gone.
const PATIENCE: Duration = Duration::from_secs(300);

impl Base {
    pub(super) fn new(program: &Program, runtime: &Runtime, people: &[String]) -> Self {
        let folder = fast_folder();
        let server = variable("CRASH_POSTGRES").map(|url| {
            let control =
                variable("CRASH_POSTGRES_SERVER").expect("the command that ends the server is told");
            Rc::new(Server { url, control })
        });
        let disk = Disk { folder, database: server.map(|server| Database::make(server, "template1")) };
        let run = |words: &str| {
            let arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
            let answer = program.run(disk.place(), &arguments, Fault::default());
            assert!(answer.is_done, "{words}: {}", answer.said);
            answer.said
        };
        let mut tokens = BTreeMap::new();
        for name in people {
            run(&format!("admin user add {name} --address {name}@example.com"));
            let told: serde_json::Value =
                serde_json::from_str(&run(&format!("admin token add {name} device --json")))
                    .expect("a line of JSON");
            let token = told["secret"].as_str().expect("a token is shown when it is made");
            tokens.insert(name.clone(), token.to_owned());
        }
        let base = Self { disk, tokens };
        let disk = &base.disk;
        let serving = program.serve(disk.place(), Fault::default());
        let address = serving.address.clone().expect("the service begins");
        runtime.block_on(async {
            let mut wire = Wire::open(&address, &base.token("ann")).await.expect("it hears");
            let made = wire.ask("MKCALENDAR", CALENDARS[1], &[], "").await.expect("it answers");
            assert_eq!(made.status, 201, "{made:?}");
        });
        serving.stop().expect("it stops when it is told to");
        base
    }

    /// By what somebody signs in.
    pub(super) fn token(&self, name: &str) -> String {
        self.tokens.get(name).expect("they are of this store").clone()
    }
}

impl Disk {
    /// Where a program is told that the store is. A server goes on for a moment with what was asked of it by a service that
    /// was killed; who opens the store then finds that done.
    pub(super) fn place(&self) -> Place<'_> {
        match &self.database {
            None => self.folder.path().into(),
            Some(database) => {
                database.wait_until_nobody_asks();
                Place::database(self.folder.path(), &database.url)
            }
        }
    }

    /// The server of its database, if it is in one.
    pub(super) fn server(&self) -> Option<Rc<Server>> {
        self.database.as_ref().map(|database| Rc::clone(&database.server))
    }

    pub(super) fn copy(&self) -> Self {
        match &self.database {
            None => Self { folder: kills::copy(self.folder.path()), database: None },
            Some(database) => {
                database.wait_until_nobody_asks();
                let copy = Database::make(Rc::clone(&database.server), &database.name);
                Self { folder: fast_folder(), database: Some(copy) }
            }
        }
    }

    /// Is anything still to be delivered in it? Asked beside the service, which tells nobody.
    pub(super) fn owes(&self) -> bool {
        self.ask("SELECT count(*) FROM delivery") != "0"
    }

    /// Changes its store behind the back of all.
    pub(super) fn tamper(&self, sql: &str) {
        self.ask(sql);
    }

    fn ask(&self, sql: &str) -> String {
        if let Some(database) = &self.database {
            // A session waits by itself, and this may be asked by who must not wait.
            let (url, sql) = (database.url.clone(), sql.to_owned());
            let asked = std::thread::spawn(move || Session::open(&url).ask(&sql));
            return asked.join().expect("the database answers").unwrap_or_default();
        }
        let store = store_of(self.folder.path()).join("kalends.db");
        let connection = Connection::open(store).expect("the store can be opened");
        // Whoever opens it after a kill shall find what that left, not what this made of it.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
            .and_then(|_| connection.busy_timeout(PATIENCE))
            .expect("it takes settings");
        let mut statement = connection.prepare(sql).expect("the question can be understood");
        let mut rows = statement.raw_query();
        match rows.next().expect("it answers") {
            Some(row) => row.get::<_, i64>(0).expect("it is a number").to_string(),
            None => String::new(),
        }
    }

    /// Does the program find the store sound, and is it so, looked at behind its back? Of a database a backup is looked at.
    pub(super) fn look(
        &self,
        program: &Program,
        behind: fn(&Path) -> Result<(), String>,
    ) -> Result<(), String> {
        let check = ["admin", "check"].map(str::to_owned);
        let answer = program.run(self.place(), &check, Fault::default());
        if !answer.said.contains("the store is sound") {
            return Err(format!("`admin check`: {}", answer.said));
        }
        let Some(database) = &self.database else {
            return behind(self.folder.path());
        };
        let location = Location::read(database.url.as_ref(), None, self.folder.path());
        let store = Store::at(location.map_err(|bad| bad.to_string())?, Waiting::never());
        let copy = fast_folder();
        let folder = store_of(copy.path());
        fs::create_dir(&folder).expect("a folder can be made");
        store.backup(&folder.join("kalends.db"), &mut |_, _| ()).map_err(|error| error.to_string())?;
        behind(copy.path())
    }
}

impl Database {
    /// Makes one like another of the server's.
    fn make(server: Rc<Server>, like: &str) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("crash_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        // By the other strategy a copy of an identity that has given numbers knows of numbers in the log that stand there for
        // the original alone: until the next checkpoint a crash sets it back (PostgreSQL 15.18).
        server.ask(&format!("CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY"));
        let (before, _) = server.url.rsplit_once('/').expect("a URL has slashes");
        Self { url: format!("{before}/{name}"), server, name }
    }

    fn wait_until_nobody_asks(&self) {
        let since = Instant::now();
        let question = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        while self.server.ask(&question).is_some_and(|asking| asking != "0") {
            assert!(since.elapsed() < PATIENCE, "somebody stays in {}", self.name);
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Where a test fails, its database is of use.
        if !std::thread::panicking() {
            self.server.ask(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

impl Server {
    fn ask(&self, sql: &str) -> Option<String> {
        Session::open(&self.url).ask(sql)
    }

    /// Ends it at once, with all that it was doing.
    pub(super) fn kill(&self) {
        self.tell("kill");
    }

    /// Begins it again.
    pub(super) fn start(&self) {
        self.tell("start");
    }

    fn tell(&self, word: &str) {
        let mut words = self.control.split_whitespace();
        let mut command = Command::new(words.next().expect("a command has a name"));
        let done = command.args(words).arg(word).current_dir("/").status().expect("the command runs");
        assert!(done.success(), "{} {word} ended with {done}", self.control);
    }
}
