//! Requests are to be sent there only while something can be written.

use rusqlite::Connection;
use server::Options;
use service::{Names, Service};
use store::{Store, Waiting};
use tempfile::TempDir;

use crate::scene::{NOW, Scene};

#[tokio::test]
async fn it_is_ready_while_its_store_can_be_written() {
    let folder = TempDir::new().unwrap();
    let store = Store::new(folder.path(), Waiting::never());
    let service = Service::new(store, || NOW, Names::told("readiness"), service::Options::default());
    let scene = Scene::over(folder, service, Options::default()).await;
    scene.send(None, "GET /readyz").await.is(200).says("ready");
    let other = Connection::open(scene.folder().join("kalends.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // What was found is known for a moment.
    let until = async |status: u16| {
        while scene.send(None, "GET /readyz").await.status.as_u16() != status {
            tokio::task::yield_now().await;
        }
    };
    until(503).await;
    scene.send(None, "GET /readyz").await.is(503).says("nothing can be written to the store");
    scene.send(None, "GET /healthz").await.is(200);
    other.execute_batch("ROLLBACK").unwrap();
    until(200).await;
}
