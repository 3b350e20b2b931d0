//! `kalends admin group`: several who are one to others, and who they are.

use std::io::Write;

use serde::Serialize;
use store::{Principal, PrincipalKind};

use super::user::{Add, kind_word};
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// Groups: added, listed, with who is in them; `admin user` does the rest
#[derive(clap::Args)]
#[command(
    after_help = "What `admin grant` gives to a group its members have, and those of a group in it; to what it is invited they are, too.\n\
    Example: kalends admin group members team --add ann ben"
)]
pub(crate) struct Group {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Adds a group, with a calendar
    #[command(after_help = "Example: kalends admin group add team --display 'The team'")]
    Add(Add),
    /// Lists the groups, with who is in them
    #[command(after_help = "Example: kalends admin group list")]
    List,
    /// Who is in a group: listed, put in, taken out
    #[command(
        after_help = "A group may be in another one, but not in itself. Whoever is put in is invited to what the group is invited to and is not over;\n\
        whoever is taken out is called off. Where that was broken off, the same again goes on with it.\n\
        Example: kalends admin group members team --add ann ben --remove carol"
    )]
    Members {
        /// A name or an address
        group: String,
        /// Puts these in: names or addresses
        #[arg(long, num_args = 1.., value_name = "NAME")]
        add: Vec<String>,
        /// Takes these out
        #[arg(long, num_args = 1.., value_name = "NAME")]
        remove: Vec<String>,
    },
}

/// A group, for programs.
#[derive(Serialize)]
struct Line {
    name: String,
    display: Option<String>,
    members: Vec<Member>,
}

/// Who is in it.
#[derive(Serialize)]
struct Member {
    name: String,
    kind: &'static str,
}

impl Line {
    fn new(local: &Local, group: Principal) -> Result<Self, Failure> {
        let members = local.keeper().members(group.id)?.into_iter().map(|one| Member {
            kind: kind_word(one.profile.kind),
            name: one.profile.name.unwrap_or_default(),
        });
        let (name, display) = (group.profile.name.unwrap_or_default(), group.profile.display);
        Ok(Self { name, display, members: members.collect() })
    }
}

impl Group {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let keeper = local.keeper();
        match &self.act {
            Act::Add(add) => add.run(local, PrincipalKind::Group, is_json),
            Act::List => {
                let groups = keeper.principals()?.into_iter();
                let groups = groups.filter(|one| one.profile.kind == PrincipalKind::Group);
                told(&groups.map(|group| Line::new(local, group)).collect::<Result<Vec<_>, _>>()?, is_json)
            }
            Act::Members { group, add, remove } => {
                let name = keeper.principal(group)?.profile.name.unwrap_or_else(|| group.clone());
                let group = keeper.set_members(&name, add, remove)?;
                let is_changed = !add.is_empty() || !remove.is_empty();
                if is_changed && !is_json {
                    tell(&format!("{name} was changed"));
                }
                told(&[Line::new(local, group)?], is_json)
            }
        }
    }
}

fn told(lines: &[Line], is_json: bool) -> Result<Exit, Failure> {
    if is_json {
        let mut programs = Programs::new();
        for line in lines {
            programs.line(line)?;
        }
        programs.finish()?;
        return Ok(Exit::Done);
    }
    let mut people = People::new();
    if lines.is_empty() {
        writeln!(people, "{DIM}There is no group yet: `kalends admin group add`.{DIM:#}")?;
    }
    for line in lines {
        let display = line.display.as_deref().map(|one| format!("  {}", one_line(one))).unwrap_or_default();
        writeln!(people, "{BOLD}{}{BOLD:#}{display}", one_line(&line.name))?;
        if line.members.is_empty() {
            writeln!(people, "  {DIM}nobody is in it{DIM:#}")?;
        }
        for member in &line.members {
            let kind = if member.kind == "person" {
                String::new()
            } else {
                format!("  {DIM}({}){DIM:#}", member.kind)
            };
            writeln!(people, "  {}{kind}", one_line(&member.name))?;
        }
    }
    people.finish()?;
    Ok(Exit::Done)
}
