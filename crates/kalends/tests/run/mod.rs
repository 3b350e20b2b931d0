//! A run of the program: what it said, and its JSON held against the schemas in writing.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

/// What a run printed, and its exit code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// Standard output, read as one JSON value a line.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The same, one line at least, each held against `docs/schemas/NAME.json`.
    pub(crate) fn json_by(&self, name: &str) -> Vec<Value> {
        let lines = self.json();
        assert!(!lines.is_empty(), "nothing was said that {name}.json has: {}", self.err);
        for line in &lines {
            assert!(holds(line, name), "{line} is not as {name}.json has it");
        }
        lines
    }
}

/// Is a line as `docs/schemas/NAME.json` has it?
pub(crate) fn holds(line: &Value, name: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas").canonicalize().unwrap();
    let path = path.join(format!("{name}.json"));
    let mut schemas = boon::Schemas::new();
    let schema = boon::Compiler::new().compile(path.to_str().unwrap(), &mut schemas).unwrap();
    schemas.validate(line, schema).is_ok()
}
