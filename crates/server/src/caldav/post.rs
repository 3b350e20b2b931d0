//! POST: an object added to a calendar under a name that is made for it (RFC 5995); a question to an outbox.

use service::Collection;

use super::Call;
use super::answer::Answer;
use super::error::Fault;
use super::options::allowed;
use super::resource::Resource;

pub(crate) fn answer(call: &Call<'_>) -> Result<Answer, Fault> {
    match call.resource()? {
        Resource::Calendar(within) if within.calendar.collection == Collection::Outbox => {
            super::outbox::answer(call, &within)
        }
        Resource::Calendar(within) => {
            let name = format!("{}.ics", call.actor.new_uid());
            super::put::write(call, &within, &name)
        }
        _ => Err(Fault::not_allowed(allowed(&call.place()?))),
    }
}
