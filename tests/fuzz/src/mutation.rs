//! Texts that are nearly right: mutations of kept ones, by a seed.

/// The words that the fuzzer is given, too: names, values, line ends, structure.
const DICTIONARY: &str = include_str!("../../../fuzz/ical.dict");

/// Numbers that look random and are the same for the same seed (splitmix64).
#[derive(Clone, Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// Those of a seed.
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 when there is none.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 16) as usize % limit.max(1)
    }

    /// One of them; none when there is none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.below(items.len());
        items.get(at)
    }

    /// A short piece of a text: where it begins and ends.
    fn piece(&mut self, len: usize) -> std::ops::Range<usize> {
        let start = self.below(len + 1);
        let longest = if self.below(4) == 0 { len - start } else { (len - start).min(12) };
        start..start + self.below(longest + 1)
    }
}

/// Makes mutations of texts.
#[derive(Debug)]
pub struct Mutator<'a> {
    kept: &'a [Vec<u8>],
    words: Vec<Vec<u8>>,
    seed: u64,
}

/// The longest mutation, in bytes.
const LONGEST: usize = 4_096;

impl<'a> Mutator<'a> {
    /// A mutator of these texts.
    pub fn new(kept: &'a [Vec<u8>], seed: u64) -> Self {
        let words = DICTIONARY.lines().filter_map(word).collect();
        Self { kept, words, seed }
    }

    /// The `n`th mutation: always the same for the same texts and seed.
    pub fn mutation(&self, n: u64) -> Vec<u8> {
        let mut numbers = Numbers::of(self.seed ^ n.wrapping_mul(0xd6e8_feb8_6659_fd93));
        let mut text = numbers.pick(self.kept).cloned().unwrap_or_default();
        for _ in 0..=numbers.below(6) {
            self.change(&mut text, &mut numbers);
        }
        text.truncate(LONGEST);
        text
    }

    fn change(&self, text: &mut Vec<u8>, numbers: &mut Numbers) {
        let piece = numbers.piece(text.len());
        let line = line(text, numbers.below(text.len()));
        let new: Vec<u8> = match numbers.below(10) {
            0 => Vec::new(),
            1 | 2 => numbers.pick(&self.words).cloned().unwrap_or_default(),
            3 => (0..=numbers.below(3)).map(|_| numbers.next() as u8).collect(),
            4 => number(numbers),
            5 => text.get(piece.clone()).unwrap_or_default().repeat(1 + numbers.below(3)),
            6 => text.get(numbers.piece(text.len())).unwrap_or_default().to_vec(),
            7 => return drop(text.splice(line, Vec::new())),
            8 => {
                let copy = text.get(line.clone()).unwrap_or_default().to_vec();
                let at = self::line(text, numbers.below(text.len())).start;
                return drop(text.splice(at..at, copy));
            }
            _ => {
                let other = numbers.pick(self.kept).map_or(&[][..], Vec::as_slice);
                let other = other.get(self::line(other, numbers.below(other.len()))).unwrap_or_default();
                return drop(text.splice(line.start..line.start, other.to_vec()));
            }
        };
        // A word stands between others as often as it takes their place.
        let place = if numbers.below(2) == 0 { piece.start..piece.start } else { piece };
        text.splice(place, new);
    }
}

/// The line of a byte, with its line end.
fn line(text: &[u8], at: usize) -> std::ops::Range<usize> {
    let (before, after) = text.split_at(at.min(text.len()));
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let end = after.iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| at + end + 1);
    start..end
}

/// A number of any size, the edges of integers more often than others.
fn number(numbers: &mut Numbers) -> Vec<u8> {
    let edges =
        [0, 1, 2, 52, 53, 59, 60, 61, 365, 366, 9_999, 65_535, 2_147_483_647, 4_294_967_295, u64::MAX];
    let number = match numbers.below(3) {
        0 => numbers.pick(&edges).copied().unwrap_or_default(),
        1 => numbers.below(400) as u64,
        _ => numbers.next() >> numbers.below(64),
    };
    number.to_string().into_bytes()
}

/// A word of the dictionary: between quotes, with `\\`, `\"` and `\xAB`.
fn word(line: &str) -> Option<Vec<u8>> {
    let inner = line.trim().strip_prefix('"')?.strip_suffix('"')?;
    let mut word = Vec::new();
    let mut rest = inner.as_bytes();
    while let [first, after @ ..] = rest {
        rest = match after {
            [b'x', high, low, more @ ..] if *first == b'\\' => {
                let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
                word.push(digit(*high)? * 16 + digit(*low)?);
                more
            }
            [escaped, more @ ..] if *first == b'\\' => {
                word.push(*escaped);
                more
            }
            _ => {
                word.push(*first);
                after
            }
        };
    }
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_read_whole() {
        let lines = DICTIONARY.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(Mutator::new(&[], 1).words.len(), lines.count());
        assert_eq!(word(r#""a\\b\"\x0D\x0a""#), Some(b"a\\b\"\r\n".to_vec()));
    }

    #[test]
    fn a_seed_makes_the_same_again_and_another_seed_others() {
        let kept = [b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n".to_vec(), b"SUMMARY:x\n".to_vec()];
        let of = |seed| (0..100).map(|n| Mutator::new(&kept, seed).mutation(n)).collect::<Vec<_>>();
        assert_eq!(of(1), of(1));
        let (one, two) = (of(1), of(2));
        assert!(one.iter().zip(&two).filter(|(one, two)| one == two).count() < 20);
        assert!(one.iter().filter(|mutation| kept.contains(mutation)).count() < 20);
    }
}
