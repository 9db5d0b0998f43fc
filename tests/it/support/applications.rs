//! Applications of businesses, and where they come from.
use super::Service;
use super::client::Answer;
use serde_json::{Value, json};

/// A cafe that asks to be listed.
pub fn application() -> Value {
    json!({
        "name": "Lantern Cafe", "category": "cafe",
        "address": {"street_address": "12 Marine Parade", "postal_code": "CO15 1AA"}, "town": "Sandhaven-on-Sea",
        "position": {"lat": 54.6005, "lon": -3.4489}, "opening_hours": "Mo-Su 09:00-17:00",
        "food_hygiene_id": "123456", "url": "https://cafe.sandhaven.example/",
        "offer": "Two cream teas for one on weekdays.",
        "applicant": {"name": "Grace Canary-Name", "email": "canary@mail.example"}
    })
}

/// The answer to `application`, sent from the address of that number.
pub async fn apply(service: &Service, number: usize, application: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("x-forwarded-for", &address(number))];
    service.client.post("/v1/applications", &headers, application.to_string()).await
}

/// The address of that number.
pub fn address(number: usize) -> String {
    format!("198.51.{}.{}", number / 250, number % 250)
}

/// The id of a new application, sent from the address of that number.
pub async fn applied(service: &Service, number: usize) -> String {
    let made = apply(service, number, &application()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["id"].as_str().unwrap().to_owned()
}
