//! Account: whether upstream knows the token, and whether the hosts of its instances are found.

use std::{collections::BTreeSet, time::Instant};

use greenapi_partner::{Instances, PartnerClient};

use super::{
    Finding, Report,
    network::{endpoint, resolve},
};
use crate::{context::client, exit::Outcome, profiles::Profile};

pub(super) const CHECKS: [&str; 2] = ["list", "instance hosts"];

pub(super) async fn look(profile: &Profile, proxy: Option<&str>, report: &mut Report<'_>) -> Outcome<()> {
    let begun = Instant::now();
    // Without the store, which would be told of the list.
    let asked = async {
        let partner = client(profile).build()?;
        let listed = partner.get_instances().await?;
        Ok::<_, greenapi_partner::Error>((partner, listed))
    };
    let (partner, listed) = match asked.await {
        Ok(asked) => asked,
        Err(error) => {
            report.tell("list", error.into())?;
            return report.skip(&["instance hosts"], "there is no list");
        }
    };
    let (live, all) = (listed.live().len(), listed.iter().count());
    let found = format!("{live} live instances, {all} with the deleted ones ({} ms)", begun.elapsed().as_millis());
    report.tell("list", Finding::ok(found))?;
    report.tell("instance hosts", hosts(&partner, &listed, proxy).await).map(drop)
}

async fn hosts(partner: &PartnerClient, listed: &Instances, proxy: Option<&str>) -> Finding {
    let mut hosts = BTreeSet::new();
    for instance in listed.live().iter() {
        match partner.instance_of_listed(&instance) {
            Ok(client) => hosts.extend([client.api_url(), client.media_url()].into_iter().filter_map(endpoint)),
            Err(error) => return error.into(),
        }
    }
    let names = hosts.iter().map(|(host, _)| host.as_str()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let names = names.join(", ");
    if hosts.is_empty() {
        return Finding::skipped("there is no live instance");
    }
    if proxy.is_some() {
        return Finding::skipped(format!("the proxy looks for them: {names}"));
    }
    for (host, port) in &hosts {
        let found = resolve("the host", host, *port).await;
        if found.is_failed() {
            return found;
        }
    }
    Finding::ok(format!("found: {names}"))
}
