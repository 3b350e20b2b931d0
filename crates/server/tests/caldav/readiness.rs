//! Requests are to be sent there only while something can be written.

use server::Options;
use service::{Names, Service};
use store::Waiting;
use tempfile::TempDir;

use crate::scene::{NOW, Scene, waiting};

#[tokio::test]
async fn it_is_ready_while_its_store_can_be_written() {
    let folder = TempDir::new().unwrap();
    let store = || engines::store(folder.path(), Waiting::never());
    let service = Service::new(waiting(store), || NOW, Names::told("readiness"), service::Options::default());
    // What another holds is theirs for as long as they say.
    let other = waiting(store);
    let scene = Scene::over(folder, service, Options::default()).await;
    scene.send(None, "GET /readyz").await.is(200).says("ready");
    let held = waiting(|| engines::hold(&other));
    // What was found is known for a moment.
    let until = async |status: u16| {
        while scene.send(None, "GET /readyz").await.status.as_u16() != status {
            tokio::task::yield_now().await;
        }
    };
    until(503).await;
    scene.send(None, "GET /readyz").await.is(503).says("nothing can be written to the store");
    scene.send(None, "GET /healthz").await.is(200);
    waiting(|| drop(held));
    until(200).await;
}
