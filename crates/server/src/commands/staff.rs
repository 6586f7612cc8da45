//! `stockroom staff create`.

use std::io::{BufRead, IsTerminal};

use commerce::staff::{self, NewStaffMember};

use crate::commands::say;
use crate::config::StaffCreate;
use crate::settings::Settings;
use crate::start::{named_shop, system_call, visit};
use crate::trouble::Trouble;

/// Lets somebody into the merchant's pages.
pub(super) fn create(line: &StaffCreate) -> Result<(), Trouble> {
    let found = line.place.find()?;
    let db = visit(&found.database)?;
    let shop = named_shop(&db, &line.shop)?;
    let settings = Settings::default();
    let password = staff::hash_password(&read_password()?, &settings.luck).map_err(input)?;
    let new = NewStaffMember {
        email: line.email.clone(),
        first_name: line.first_name.clone(),
        last_name: line.last_name.clone(),
        password,
    };
    let call = system_call(&db, &settings, shop);
    let member = db.write_blocking(shop, move |tx| {
        staff::create(tx, &call, &new).map_err(input)
    })?;
    db.close();
    say(&format!("{} may sign in at /admin.", member.email));
    Ok(())
}

/// One line of standard input: a password on the command line would stand in the shell's history.
fn read_password() -> Result<String, Trouble> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (it is shown as you type; at least 8 characters): ");
    }
    let mut typed = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut typed)
        .map_err(input)?;
    Ok(typed.trim_end_matches(['\r', '\n']).to_owned())
}

fn input(why: impl std::fmt::Display) -> Trouble {
    Trouble::Input(why.to_string())
}
