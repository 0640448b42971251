//! The program: run the command.

use std::process::ExitCode;

fn main() -> ExitCode {
    dimail_portal::cli::main()
}
