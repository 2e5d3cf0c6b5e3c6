//! What core itself costs, without a socket: reading answers, deciding about another try, a bill, columns.
//!
//! `cargo bench -p greenapi-partner --features benching --bench decisions`

#![allow(missing_docs, clippy::unwrap_used, reason = "what cannot be set up is no measurement")]

use bytes::Bytes;
use divan::{Bencher, black_box, counter::ItemsCount};
use greenapi_partner::{BillingOptions, Names, benching};
use rust_decimal::Decimal;
use serde_json::json;

fn main() {
    divan::main();
}

#[divan::bench]
fn create_instance_answered(bencher: Bencher<'_, '_>) {
    let body = Bytes::from_static(
        br#"{"idInstance": 1101000001, "apiTokenInstance": "d75b3a66374942c5b3c019c698abc2067e151558acbd412345", "typeInstance": "whatsapp"}"#,
    );
    bencher.bench(|| benching::created(black_box(&body).clone()));
}

#[divan::bench]
fn create_instance_refused(bencher: Bencher<'_, '_>) {
    let body = Bytes::from_static(br#"{"code": 401, "description": "Unauthorized"}"#);
    bencher.bench(|| benching::refused(black_box(&body).clone()));
}

#[divan::bench]
fn retry_decision() -> Option<std::time::Duration> {
    benching::wait(black_box(1), black_box(0.5))
}

#[divan::bench(args = SIZES)]
fn get_instances_answered(bencher: Bencher<'_, '_>, count: usize) {
    let body = body(count);
    bencher.counter(ItemsCount::new(count)).bench(|| benching::listed(black_box(&body)));
}

#[divan::bench(args = SIZES)]
fn billing(bencher: Bencher<'_, '_>, count: usize) {
    let (list, options) = (benching::listed(&body(count)), BillingOptions::priced(Decimal::new(450, 2)));
    bencher.counter(ItemsCount::new(count)).bench(|| black_box(&list).billing(&options).unwrap().total());
}

#[divan::bench(args = SIZES)]
fn arrow_columns(bencher: Bencher<'_, '_>, count: usize) {
    let list = benching::listed(&body(count));
    bencher.counter(ItemsCount::new(count)).bench(|| black_box(&list).columns(Names::Snake, false).unwrap());
}

/// Instances in an account.
const SIZES: [usize; 3] = [100, 10_000, 100_000];

/// A list as upstream sends it.
fn body(count: usize) -> Vec<u8> {
    let items = (0..count).map(|number| {
        json!({
            "idInstance": 1_101_000_001 + number,
            "name": format!("shop-{number}"),
            "typeInstance": "whatsapp",
            "typeAccount": "partner",
            "partnerUserUiid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "timeCreated": "2026-10-01T10:00:00.000Z",
            "timeDeleted": "0001-01-01T00:00:00",
            "apiTokenInstance": "d75b3a66374942c5b3c019c698abc2067e151558acbd412345",
            "deleted": number % 4 == 0,
            "tariff": "PARTNER_23",
            "isFree": false,
            "isPartner": true,
            "expirationDate": "2027-10-01T10:00:00.000Z",
            "isExpired": false,
        })
    });
    serde_json::to_vec(&items.collect::<Vec<_>>()).unwrap()
}
