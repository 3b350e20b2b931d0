// What tsdav does with a server; a line for each check: `holds WHAT` or `fails WHAT`.
import { DAVClient } from 'tsdav';

const { URL: serverUrl, USER: username, PASSWORD: password, CALENDAR: path } = process.env;

function check(holds, what) {
  console.log(`${holds ? 'holds' : 'fails'} ${what.replaceAll(/[\r\n]+/g, ' ')}`);
}

function event(uid, summary, start) {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Kalends//conform//EN', 'BEGIN:VEVENT', `UID:${uid}`,
    'DTSTAMP:20260101T000000Z', `DTSTART:${start}`, 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3', `SUMMARY:${summary}`,
    'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
}

const client = new DAVClient({
  serverUrl, credentials: { username, password }, authMethod: 'Basic', defaultAccountType: 'caldav',
});
await client.login();
const calendars = await client.fetchCalendars();
const calendar = calendars.find((one) => new URL(one.url, serverUrl).pathname === path);
check(calendar !== undefined, `the calendar is found: ${calendars.map((one) => one.url)}`);
check(calendar.components?.includes('VEVENT'), `it takes events: ${calendar.components}`);
check(Boolean(calendar.syncToken), 'it has a sync-token');

const made = await client.createCalendarObject({
  calendar, filename: 'one.ics', iCalString: event('one@example.com', 'One', '20260302T090000Z'),
});
check(made.status === 201, `created: ${made.status}`);
const again = await client.createCalendarObject({
  calendar, filename: 'one.ics', iCalString: event('one@example.com', 'One', '20260302T090000Z'),
});
check(again.status === 412, `not created twice: ${again.status}`);
await client.createCalendarObject({
  calendar, filename: 'two.ics', iCalString: event('two@example.com', 'Two', '20260402T090000Z'),
});

let objects = await client.fetchCalendarObjects({ calendar });
check(objects.length === 2, `two objects: ${objects.length}`);
check(objects.every((one) => one.etag && one.data.includes('BEGIN:VEVENT')), 'with tags and texts');
const timeRange = { start: '2026-03-01T00:00:00Z', end: '2026-03-31T00:00:00Z' };
const inMarch = await client.fetchCalendarObjects({ calendar, timeRange });
check(inMarch.length === 1 && inMarch[0].data.includes('SUMMARY:One'), `one of March: ${inMarch.length}`);
const expanded = await client.fetchCalendarObjects({ calendar, timeRange, expand: true });
check((expanded[0]?.data.match(/BEGIN:VEVENT/g) ?? []).length === 3, `three days, expanded: ${expanded[0]?.data}`);

const one = objects.find((each) => each.data.includes('SUMMARY:One'));
const changed = await client.updateCalendarObject({
  calendarObject: { ...one, data: one.data.replace('SUMMARY:One', 'SUMMARY:Changed') },
});
check(changed.ok, `changed: ${changed.status}`);
const stale = await client.updateCalendarObject({
  calendarObject: { ...one, data: one.data.replace('SUMMARY:One', 'SUMMARY:Stale') },
});
check(stale.status === 412, `not changed with an old tag: ${stale.status}`);

const url = [new URL(one.url, serverUrl).pathname];
const several = await client.calendarMultiGet({
  url: calendar.url, props: { 'd:getetag': {}, 'c:calendar-data': {} }, objectUrls: url, depth: '1',
});
check(several.length === 1 && JSON.stringify(several[0].props).includes('Changed'), `multiget: ${several.length}`);

const before = await client.syncCollection({
  url: calendar.url, props: { 'd:getetag': {} }, syncLevel: 1, syncToken: calendar.syncToken,
});
check(before.filter((each) => each.href?.endsWith('.ics')).length === 2, `two changed since the beginning: ${before.length}`);
const token = before[0]?.raw?.multistatus?.syncToken;
objects = await client.fetchCalendarObjects({ calendar });
const two = objects.find((each) => each.data.includes('SUMMARY:Two'));
const removed = await client.deleteCalendarObject({ calendarObject: two });
check(removed.ok, `removed: ${removed.status}`);
const since = await client.syncCollection({
  url: calendar.url, props: { 'd:getetag': {} }, syncLevel: 1, syncToken: token,
});
const gone = since.filter((each) => each.href?.endsWith('two.ics'));
check(gone.length === 1 && gone[0].status === 404, `one gone since: ${JSON.stringify(since.map((each) => [each.href, each.status]))}`);

const objectMultiGet = (asked) => client.calendarMultiGet(asked);
const smart = await client.smartCollectionSync({
  collection: { ...calendar, objects: [], objectMultiGet }, method: 'webdav', detailedResult: true,
});
check(smart.objects.created.length === 1, `smart synchronisation: ${JSON.stringify(smart.objects)}`);
check(await client.isCollectionDirty({ collection: calendar }).then((said) => said.isDirty), 'the old state is known to be old');
