//! Names of a table found in any case without looking at each: by a hash that is worked out when the program
//! is built.

/// Row numbers, from 1, at the hash of their names; 0 is free.
pub(crate) const fn slots(names: &[&str]) -> [u8; 256] {
    // So that there is always a free slot to end a search.
    assert!(names.len() * 2 <= 256, "too many names");
    let mut slots = [0; 256];
    let mut row = 0;
    while row < names.len() {
        let mut slot = hash(names[row].as_bytes());
        while slots[slot] != 0 {
            slot = (slot + 1) % slots.len();
        }
        row += 1;
        slots[slot] = row as u8;
    }
    slots
}

/// The row of a name, counted from 0.
#[inline]
pub(crate) fn find(name: &[u8], names: &[&str], slots: &[u8; 256]) -> Option<usize> {
    let mut slot = hash(name);
    loop {
        let row = usize::from(slots[slot].checked_sub(1)?);
        // Nearly all are written in capitals, and equal bytes are told at once.
        let known = names[row].as_bytes();
        if known == name || known.eq_ignore_ascii_case(name) {
            return Some(row);
        }
        slot = (slot + 1) % slots.len();
    }
}

/// Of the length and three letters, in capitals: enough to tell the tables' names apart cheaply.
const fn hash(name: &[u8]) -> usize {
    if name.is_empty() {
        return 0;
    }
    let first = name[0] & 0x5f;
    let middle = name[name.len() / 2] & 0x5f;
    let last = name[name.len() - 1] & 0x5f;
    (name.len() * 113 + first as usize * 31 + middle as usize * 7 + last as usize) % 256
}
