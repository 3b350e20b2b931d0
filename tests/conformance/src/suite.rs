//! What a suite found.

/// So many failures of a suite are told one by one.
const TOLD: usize = 20;

/// A suite under way: it counts what it holds, and tells what fails at the end.
#[derive(Debug)]
pub(crate) struct Suite {
    name: &'static str,
    passed: usize,
    failures: Vec<String>,
}

impl Suite {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, passed: 0, failures: Vec::new() }
    }

    pub(crate) const fn passed(&self) -> usize {
        self.passed
    }

    pub(crate) const fn failed(&self) -> usize {
        self.failures.len()
    }

    /// So many checks held.
    pub(crate) const fn pass(&mut self, count: usize) {
        self.passed += count;
    }

    /// A check did not: in which file or case, what was expected, what came.
    pub(crate) fn fail(&mut self, failure: impl Into<String>) {
        self.failures.push(failure.into());
    }

    /// Counts one check.
    pub(crate) fn check(&mut self, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.pass(1),
            Err(failure) => self.fail(failure),
        }
    }

    /// Tells the failures and the sum.
    pub(crate) fn tell(self) -> Self {
        for failure in self.failures.iter().take(TOLD) {
            println!("FAILED {}: {failure}", self.name);
        }
        if self.failures.len() > TOLD {
            println!("FAILED {}: and {} more", self.name, self.failures.len() - TOLD);
        }
        println!("suite {}: {} passed, {} failed", self.name, self.passed, self.failures.len());
        self
    }
}
