// What somebody with tsdav does about a meeting: `accept UID`, `invite UID ADDRESS`, `accepted UID ADDRESS`, `cancelled UID`,
// `delete UID`. A line for each check: `holds WHAT` or `fails WHAT`.
import { DAVClient } from 'tsdav';

const { URL: serverUrl, USER: username, PASSWORD: password } = process.env;
const [, , does, uid, address] = process.argv;

function check(holds, what) {
  console.log(`${holds ? 'holds' : 'fails'} ${what.replaceAll(/[\r\n]+/g, ' ')}`);
}

const client = new DAVClient({
  serverUrl, credentials: { username, password }, authMethod: 'Basic', defaultAccountType: 'caldav',
});
await client.login();
const [calendar] = await client.fetchCalendars();
const objects = await client.fetchCalendarObjects({ calendar });
const meeting = objects.find((one) => one.data.includes(`UID:${uid}`));
const unfolded = meeting?.data.replaceAll(/\r\n[ \t]/g, '') ?? '';

/** The line of ATTENDEE that somebody has. */
function line(text, who) {
  return text.split('\r\n').find((one) => one.startsWith('ATTENDEE') && one.toLowerCase().endsWith(`mailto:${who}`)) ?? '';
}

if (does === 'invite') {
  const iCalString = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Kalends//conform//EN', 'BEGIN:VEVENT', `UID:${uid}`,
    'DTSTAMP:20260101T000000Z', 'DTSTART:20360303T090000Z', 'DURATION:PT1H', 'SUMMARY:From tsdav',
    `ORGANIZER:mailto:${username}`, `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${username}`, `ATTENDEE;RSVP=TRUE:mailto:${address}`,
    'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
  const made = await client.createCalendarObject({ calendar, filename: `${uid}.ics`, iCalString });
  check(made.status === 201, `created: ${made.status}`);
} else {
  check(meeting !== undefined, `the meeting is in the calendar: ${objects.length} objects`);
}
if (does === 'accept') {
  const mine = line(unfolded, username);
  check(mine.includes('RSVP=TRUE'), `an answer is wanted: ${mine}`);
  const changed = await client.updateCalendarObject({
    calendarObject: { ...meeting, data: unfolded.replace(mine, `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${username}`) },
  });
  check(changed.ok, `answered: ${changed.status}`);
}
if (does === 'accepted') {
  check(line(unfolded, address).includes('PARTSTAT=ACCEPTED'), `it was accepted: ${line(unfolded, address)}`);
}
if (does === 'cancelled') {
  check(unfolded.includes('STATUS:CANCELLED'), `it is called off: ${unfolded}`);
}
if (does === 'delete') {
  const gone = await client.deleteCalendarObject({ calendarObject: meeting });
  check(gone.ok, `taken away: ${gone.status}`);
}
