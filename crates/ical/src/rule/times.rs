//! Times of day as lists of hours, minutes and seconds, whose product is never made.

use crate::civil::Time;

/// The times of day (or of an hour, or of a minute) that each period of a rule has.
#[derive(Clone, Debug)]
pub(super) enum Times {
    /// Every listed second of every listed minute of every listed hour.
    Product(Product),
    /// The few that BYSETPOS left, ascending.
    Chosen(Vec<Time>),
}

/// Lists as bits: bit n of `hours` is the hour n.
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    pub(super) hours: u64,
    pub(super) minutes: u64,
    pub(super) seconds: u64,
}

impl Times {
    /// How many times there are: at most 86,400.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Product(product) => count(product.hours) * count(product.minutes) * count(product.seconds),
            Self::Chosen(times) => times.len() as u64,
        }
    }

    /// The time at a place, counted from 0.
    pub(super) fn nth(&self, place: u64) -> Option<Time> {
        match self {
            Self::Product(product) => product.nth(place),
            Self::Chosen(times) => times.get(usize::try_from(place).ok()?).copied(),
        }
    }

    /// How many times are earlier than this.
    pub(super) fn rank(&self, time: Time) -> u64 {
        match self {
            Self::Product(product) => product.rank(time),
            Self::Chosen(times) => times.partition_point(|chosen| *chosen < time) as u64,
        }
    }

    /// The first time that is not earlier than this.
    pub(super) fn at_or_after(&self, time: Time) -> Option<Time> {
        match self {
            Self::Product(product) => product.from(time.hour(), time.minute(), time.second()),
            Self::Chosen(times) => times.get(times.partition_point(|chosen| *chosen < time)).copied(),
        }
    }

    /// The first time that is later than this.
    pub(super) fn after(&self, time: Time) -> Option<Time> {
        match self {
            Self::Product(product) => product.from(time.hour(), time.minute(), time.second() + 1),
            Self::Chosen(times) => times.get(times.partition_point(|chosen| *chosen <= time)).copied(),
        }
    }

    /// The same times less those that BYSETPOS does not name, if there is one.
    pub(super) fn at_positions(self, positions: &[i32]) -> Self {
        if positions.is_empty() {
            return self;
        }
        let mut places = Vec::new();
        places_of(positions, self.len(), &mut places);
        Self::Chosen(places.into_iter().filter_map(|place| self.nth(place)).collect())
    }
}

impl Product {
    /// The first time from here on. The second may be 60: the first of the next minute.
    fn from(self, hour: u8, minute: u8, second: u8) -> Option<Time> {
        let (first_minute, first_second) = (first(self.minutes)?, first(self.seconds)?);
        if has(self.hours, hour) {
            if has(self.minutes, minute)
                && let Some(second) = next(self.seconds, second)
            {
                return Time::new(hour, minute, second);
            }
            if let Some(minute) = next(self.minutes, minute + 1) {
                return Time::new(hour, minute, first_second);
            }
        }
        Time::new(next(self.hours, hour + 1)?, first_minute, first_second)
    }

    fn nth(self, place: u64) -> Option<Time> {
        let (minutes, seconds) = (count(self.minutes), count(self.seconds));
        let minute = place.checked_div(seconds)?;
        let hour = minute.checked_div(minutes)?;
        Time::new(
            select(self.hours, hour)?,
            select(self.minutes, minute % minutes)?,
            select(self.seconds, place % seconds)?,
        )
    }

    fn rank(self, time: Time) -> u64 {
        let mut rank = count(below(self.hours, time.hour()));
        rank *= count(self.minutes);
        if has(self.hours, time.hour()) {
            rank += count(below(self.minutes, time.minute()));
            if has(self.minutes, time.minute()) {
                let seconds = count(below(self.seconds, time.second()));
                return rank * count(self.seconds) + seconds;
            }
        }
        rank * count(self.seconds)
    }
}

/// The places, counted from 0, that BYSETPOS names in a set of so many: ascending, each once. A position
/// beyond the set names none.
pub(super) fn places_of(positions: &[i32], population: u64, places: &mut Vec<u64>) {
    places.clear();
    places.extend(positions.iter().filter_map(|&position| {
        let distance = u64::from(position.unsigned_abs());
        match position > 0 {
            _ if distance > population => None,
            true => distance.checked_sub(1),
            false => population.checked_sub(distance),
        }
    }));
    places.sort_unstable();
    places.dedup();
}

/// Is the number in the list?
pub(super) const fn has(list: u64, number: u8) -> bool {
    number < 64 && list >> number & 1 == 1
}

/// The first number of the list that is not below `from`.
pub(super) const fn next(list: u64, from: u8) -> Option<u8> {
    if from < 64 { first(list & (u64::MAX << from)) } else { None }
}

const fn first(list: u64) -> Option<u8> {
    if list == 0 { None } else { Some(list.trailing_zeros() as u8) }
}

const fn count(list: u64) -> u64 {
    list.count_ones() as u64
}

const fn below(list: u64, number: u8) -> u64 {
    list & !(u64::MAX << number)
}

/// The number at a place of the list, counted from 0.
pub(super) fn select(mut list: u64, place: u64) -> Option<u8> {
    for _ in 0..place {
        list &= list.wrapping_sub(1);
    }
    first(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_and_nth_are_inverse_and_successors_follow() {
        let times =
            Times::Product(Product { hours: 1 << 3 | 1 << 23, minutes: 1 | 1 << 59, seconds: !0 >> 4 });
        assert_eq!(times.len(), 240);
        let mut time = times.nth(0);
        for place in 0..times.len() {
            let here = times.nth(place).unwrap();
            assert_eq!(time, Some(here));
            assert_eq!(times.rank(here), place);
            assert_eq!(times.at_or_after(here), Some(here));
            time = times.after(here);
        }
        assert_eq!(time, None);
        assert_eq!(times.nth(240), None);
        assert_eq!(times.rank(Time::new(23, 59, 59).unwrap()), 239);
        assert_eq!(times.at_or_after(Time::new(4, 0, 0).unwrap()), Time::new(23, 0, 0));
    }

    #[test]
    fn places() {
        let mut places = vec![7];
        places_of(&[1, -1, 3, -3, 5, i32::MIN, i32::MAX, 4], 3, &mut places);
        assert_eq!(places, [0, 2]);
        places_of(&[1, -1], 0, &mut places);
        assert_eq!(places, [] as [u64; 0]);
    }
}
