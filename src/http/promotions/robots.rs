//! Who is obviously no visitor, by what it says of itself: what it looks at is not counted. Pure; nothing of it is kept.

/// Words in what programs say of themselves that nobody holds in their hand, in lower case.
const WORDS: [&str; 24] = [
    "archiver",
    "axios",
    "bot",
    "crawl",
    "curl",
    "externalhit",
    "fetch",
    "go-http-client",
    "headless",
    "http_request",
    "java/",
    "libwww",
    "lighthouse",
    "monitor",
    "phantomjs",
    "postman",
    "preview",
    "puppeteer",
    "python",
    "ruby",
    "scrapy",
    "slurp",
    "spider",
    "wget",
];
/// What apps on phones ask with, whatever they are called themselves.
const APPS: [&str; 3] = ["cfnetwork/", "dart/", "okhttp/"];
/// A make of phones that has one of the words in its name.
const NO_ROBOT: &str = "cubot";

/// Whether a program that says this of itself is a robot. One that says nothing is.
pub(super) fn is_robot(user_agent: &str) -> bool {
    let said = user_agent.to_ascii_lowercase().replace(NO_ROBOT, "");
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    said.trim().is_empty() || (has(&WORDS) && !has(&APPS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn robots_say_so_and_phones_do_not() {
        for (user_agent, want) in [
            ("", true),
            (" \t", true),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true),
            ("Mozilla/5.0 (compatible; bingbot/2.0)", true),
            ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (Applebot/0.1)", true),
            ("Mozilla/5.0 (compatible; Yahoo! Slurp)", true),
            ("Mozilla/5.0 (compatible; Baiduspider/2.0)", true),
            ("Slackbot-LinkExpanding 1.0", true),
            ("facebookexternalhit/1.1", true),
            ("Mozilla/5.0 (Windows NT 6.1) BingPreview/1.0b", true),
            ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36", true),
            ("curl/8.5.0", true),
            ("Wget/1.21", true),
            ("python-requests/2.32", true),
            ("Python-urllib/3.11", true),
            ("Go-http-client/2.0", true),
            ("Java/17.0.2", true),
            ("node-fetch/1.0", true),
            ("ia_archiver", true),
            ("WGET", true),
            ("CUBOT crawler", true),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari/604.1", false),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36", false),
            ("Mozilla/5.0 (Linux; Android 10; CUBOT X30) Chrome/90.0 Mobile Safari/537.36", false),
            ("Promenade/1.4 CFNetwork/1496 Darwin/23.5.0", false),
            ("okhttp/4.12.0", false),
            ("Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B)", false),
        ] {
            assert_eq!(is_robot(user_agent), want, "{user_agent}");
        }
    }
}
