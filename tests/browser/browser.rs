//! Starts Chromium for one journey, and ends it afterwards, also when the journey fails.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Once;
use std::time::Duration;

use futures::FutureExt;
use serde_json::json;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::error::WebDriverResult;
use thirtyfour::{ChromeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use crate::demo::Demo;
use crate::process::{Process, in_path, left_out};
use crate::visitor::Visitor;

/// How the browser of a journey is set up.
#[derive(Clone, Copy)]
pub struct Setup {
    /// The journey's name, used for the screenshot of a failure.
    pub name: &'static str,
    /// Whether pages may run JavaScript.
    pub javascript: bool,
    /// The language that the browser requests.
    pub language: &'static str,
}

/// Arguments with which Chromium runs as any user, without a window, and without calls to other
/// servers. The pipe makes it end with chromedriver, however that ends.
const FLAGS: [&str; 12] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
    "--window-size=1280,900",
];

/// How often chromedriver is started until it has a port.
const CHROMEDRIVER_STARTS: usize = 5;
/// How often Chromium is started before its test fails.
const CHROMIUM_STARTS: usize = 3;

/// Tests that run the journey `walk` of a file: the name of each test, then the name, whether pages may run
/// JavaScript, and the language of its [`Setup`].
macro_rules! journeys {
    ($($test:ident: $name:literal, $javascript:literal, $language:literal;)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                let setup =
                    crate::browser::Setup { name: $name, javascript: $javascript, language: $language };
                crate::browser::journey(setup, async |visitor| walk(visitor).await).await;
            }
        )*
    };
}
pub(crate) use journeys;

/// Runs a journey: starts the demonstration and a browser, and ends both, also when it fails.
pub async fn journey(setup: Setup, walk: impl AsyncFnOnce(&Visitor)) {
    let programs = in_path(&["chromium", "chromium-browser", "google-chrome"]).zip(in_path(&["chromedriver"]));
    let Some((chromium, chromedriver)) = programs else {
        static SAID: Once = Once::new();
        return left_out(&SAID, "the journeys in a browser, because chromium or chromedriver is not installed");
    };
    // Another journey of this process may have installed it already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let demo = Demo::start();
    let (_chromedriver, port) = start(&chromedriver);
    let (mut opened, mut said) = (None, String::new());
    // Where many start at once, one may end before it answers.
    for _ in 0..CHROMIUM_STARTS {
        let profile = tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
        match open(setup, &format!("http://127.0.0.1:{port}"), &chromium, profile.path()).await {
            Ok(driver) => {
                opened = Some((driver, profile));
                break;
            }
            Err(error) => said = error.to_string(),
        }
    }
    let (driver, _profile) = opened.unwrap_or_else(|| panic!("Chromium does not start: {said}"));
    let visitor = Visitor::new(driver.clone(), demo, setup);
    let walked = AssertUnwindSafe(walk(&visitor)).catch_unwind().await;
    if walked.is_err() {
        drop(driver.screenshot(&picture(setup.name)).await);
    }
    drop(driver.quit().await);
    if let Err(panic) = walked {
        resume_unwind(panic);
    }
}

/// Starts chromedriver, and returns the port at which it listens. It takes a free port of IPv6 and ends if
/// the same of IPv4 is in use: then it is started again.
fn start(chromedriver: &Path) -> (Process, String) {
    let mut said = String::new();
    for _ in 0..CHROMEDRIVER_STARTS {
        let mut command = Command::new(chromedriver);
        let process = Process::start("chromedriver", command.arg("--port=0").stderr(Stdio::null()));
        let port = process.try_find(|line| {
            line.split_once("started successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
        match port {
            Ok(port) => return (process, port),
            Err(instead) => said = instead,
        }
    }
    panic!("chromedriver did not print its port; it said:\n{said}")
}

/// Saves a screenshot of the page of a failed journey.
fn picture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"))
}

async fn open(setup: Setup, server: &str, chromium: &Path, profile: &Path) -> WebDriverResult<WebDriver> {
    // chromedriver uses plain HTTP, so the client needs no certificates.
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().timeout(Duration::from_mins(2)).build();
    let client = client.unwrap_or_else(|error| panic!("no HTTP client: {error}"));
    let capabilities = capabilities(setup, chromium, profile)?;
    let driver = WebDriver::builder(server, capabilities).client(client).connect().await?;
    driver.set_page_load_timeout(Duration::from_mins(1)).await?;
    driver.set_script_timeout(Duration::from_mins(1)).await?;
    Ok(driver)
}

fn capabilities(setup: Setup, chromium: &Path, profile: &Path) -> WebDriverResult<ChromeCapabilities> {
    let mut wanted = DesiredCapabilities::chrome();
    wanted.set_binary(&chromium.to_string_lossy())?;
    for flag in FLAGS {
        wanted.add_arg(flag)?;
    }
    wanted.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    // 2 is "block", as an administrator would set it for all sites.
    let scripts = if setup.javascript { 1 } else { 2 };
    wanted.add_experimental_option(
        "prefs",
        json!({
            "profile.managed_default_content_settings.javascript": scripts,
            "intl.accept_languages": setup.language,
            "credentials_enable_service": false,
        }),
    )?;
    wanted.set_browser_log_level(LoggingPrefsLogLevel::Severe)?;
    Ok(wanted)
}
