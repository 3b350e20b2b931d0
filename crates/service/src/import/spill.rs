//! Components that wait for the others of their object: in memory, and beyond some of it in a file without a name.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

/// So many bytes wait in memory.
const IN_MEMORY: usize = 32 << 20;

/// A text that was put aside.
#[derive(Debug)]
pub(super) enum Aside {
    Here(Box<[u8]>),
    Spilled { at: u64, length: usize },
}

/// Where texts wait.
#[derive(Debug, Default)]
pub(super) struct Spill {
    in_memory: usize,
    file: Option<File>,
    end: u64,
}

impl Spill {
    /// Puts a text aside.
    pub(super) fn put(&mut self, text: Vec<u8>) -> io::Result<Aside> {
        if self.in_memory.saturating_add(text.len()) <= IN_MEMORY {
            self.in_memory += text.len();
            return Ok(Aside::Here(text.into_boxed_slice()));
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(&text)?;
        let at = self.end;
        self.end += text.len() as u64;
        Ok(Aside::Spilled { at, length: text.len() })
    }

    /// Takes it back.
    pub(super) fn take(&mut self, aside: Aside) -> io::Result<Vec<u8>> {
        match aside {
            Aside::Here(text) => {
                self.in_memory = self.in_memory.saturating_sub(text.len());
                Ok(text.into_vec())
            }
            Aside::Spilled { at, length } => {
                let mut text = vec![0; length];
                if let Some(file) = &self.file {
                    file.read_exact_at(&mut text, at)?;
                }
                Ok(text)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_aside_comes_back_from_wherever_it_was() {
        let mut spill = Spill::default();
        let texts: Vec<Vec<u8>> = (0..9).map(|number| vec![number; 8 << 20]).collect();
        let aside: Vec<_> = texts.iter().map(|text| spill.put(text.clone()).unwrap()).collect();
        assert!(matches!(aside.first(), Some(Aside::Here(_))));
        assert!(matches!(aside.last(), Some(Aside::Spilled { .. })));
        for (aside, text) in aside.into_iter().zip(texts).rev() {
            assert!(spill.take(aside).unwrap() == text);
        }
        assert_eq!(spill.in_memory, 0);
    }
}
