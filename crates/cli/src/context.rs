//! Context of a command: its options, the account and the store that they name, and where results go.

use std::{env, fs, io::Read as _, path::Path, sync::OnceLock};

use greenapi_partner::{Instance, InstanceClient, Instances, Journal, Ledger, PartnerClient, Store, VERSION};

use crate::{
    exit::{Failure, NOT_FOUND, Outcome, USAGE},
    global::Global,
    interrupt::Interrupt,
    output::{Format, Output, Streams},
    profiles::{Profile, Profiles, check_private, printable},
};

/// What a command has to work with.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) output: Output,
    pub(crate) interrupt: Interrupt,
    /// The account, and where its token is from, once it was read: stdin and a pipe have a token only once.
    account: OnceLock<(Profile, String)>,
}

impl Context {
    pub(crate) fn new(global: Global, streams: Streams, interrupt: Interrupt) -> Self {
        let format = Format::of(global.json.as_deref(), global.csv.as_deref());
        let output = Output::new(streams, format, global.show_tokens);
        Self { global, output, interrupt, account: OnceLock::new() }
    }

    /// The account's client.
    pub(crate) fn partner(&self) -> Outcome<PartnerClient> {
        let profile = self.profile()?;
        let store = self.store_of(&profile)?;
        let mut builder = client(&profile);
        if let Some(store) = store {
            builder = builder.store(store);
        }
        Ok(builder.build()?)
    }

    /// The store, where one is named.
    pub(crate) fn store(&self) -> Outcome<Option<Store>> {
        // A store alone needs no token.
        let (profile, _) = self.kept()?;
        self.store_of(&profile)
    }

    fn store_of(&self, profile: &Profile) -> Outcome<Option<Store>> {
        let Global { store, store_account, store_schema, .. } = &self.global;
        let said = |option: &Option<String>, name| option.clone().or_else(|| variable(name));
        let said = Profile {
            store: said(store, "GREENAPI_PARTNER_STORE"),
            store_account: said(store_account, "GREENAPI_PARTNER_STORE_ACCOUNT"),
            store_schema: said(store_schema, "GREENAPI_PARTNER_STORE_SCHEMA"),
            ..Profile::default()
        };
        said.or(profile.clone()).store()
    }

    /// The account: what the options name first, then the environment, then the profile `default`. The token is that of the file,
    /// of the profile or of the environment.
    pub(crate) fn profile(&self) -> Outcome<Profile> {
        self.account().map(|(profile, _)| profile)
    }

    /// The same, and where its token is from.
    pub(crate) fn account(&self) -> Outcome<(Profile, String)> {
        if let Some(known) = self.account.get() {
            return Ok(known.clone());
        }
        let read = self.read_account()?;
        Ok(self.account.get_or_init(|| read).clone())
    }

    fn read_account(&self) -> Outcome<(Profile, String)> {
        let (mut profile, place) = self.kept()?;
        if let Some(file) = &self.global.token_file {
            profile.partner_token = read_token(file)?;
            return Ok((profile, format!("the file {}", file.display())));
        }
        if profile.partner_token.is_empty() {
            profile.partner_token = variable(TOKEN).ok_or_else(no_token)?;
            return Ok((profile, format!("the environment's {TOKEN}")));
        }
        Ok((profile, place))
    }

    /// What is kept of the account, with the token that is kept, and where that is.
    fn kept(&self) -> Outcome<(Profile, String)> {
        let named = self.global.profile.clone().or_else(|| variable("GREENAPI_PARTNER_PROFILE"));
        if named.is_none() && (self.global.token_file.is_some() || variable(TOKEN).is_some()) {
            return Ok((Profile::default(), String::new()));
        }
        let profiles = Profiles::read()?;
        let profile = match &named {
            Some(name) => profiles.get(name)?.clone(),
            None => profiles.find("default").cloned().unwrap_or_default(),
        };
        let place = format!(
            "the profile {} in {}",
            printable(named.as_deref().unwrap_or("default")),
            profiles.path().display()
        );
        Ok((profile, place))
    }

    /// A journal by its file, or by its name in the store: `store:spring`.
    pub(crate) fn journal(&self, text: &str) -> Outcome<Journal> {
        let Some(name) = text.strip_prefix("store:") else { return Ok(text.to_owned().into()) };
        let store = self.store()?.ok_or_else(|| {
            Failure::configuration(format!("the journal {text} needs a store")).advised("give --store, or a file")
        })?;
        Ok(store.journal(name))
    }

    /// The ledger of a file, or the store's.
    pub(crate) fn ledger(&self, file: Option<&Path>) -> Outcome<Option<Ledger>> {
        match file {
            Some(file) => Ok(Some(Ledger::open(file)?)),
            None => Ok(self.store()?.as_ref().map(Ledger::in_store).transpose()?),
        }
    }
}

/// A client of the account.
pub(crate) fn client(profile: &Profile) -> greenapi_partner::PartnerClientBuilder {
    let mut builder =
        PartnerClient::builder().partner_token(&profile.partner_token).language(format!("program/{VERSION}"));
    if let Some(url) = &profile.partner_api_url {
        builder = builder.partner_api_url(url);
    }
    if let Some(url) = &profile.api_url {
        builder = builder.api_url(url);
    }
    if let Some(url) = &profile.media_url {
        builder = builder.media_url(url);
    }
    if let Some(file) = &profile.ca_file {
        builder = builder.ca_file(file);
    }
    builder
}

/// The token in a file that only its owner may read, or on stdin.
pub(crate) fn read_token(file: &Path) -> Outcome<String> {
    let failed = |error: std::io::Error| Failure::configuration(format!("{}: {error}", file.display()));
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map_err(failed)?;
    } else {
        check_private(file)?;
        text = fs::read_to_string(file).map_err(failed)?;
    }
    match text.trim() {
        "" => Err(Failure::configuration(format!("there is no token in {}", file.display()))),
        token => Ok(token.to_owned()),
    }
}

/// The secret that events are signed with, from its file or from the environment.
pub(crate) fn webhook_secret(file: Option<&Path>) -> Outcome<String> {
    match file {
        Some(file) => read_token(file),
        None => variable(WEBHOOK_SECRET).ok_or_else(|| {
            Failure::configuration("there is no secret that events are signed with")
                .advised(format!("set {WEBHOOK_SECRET}, or give --secret-file"))
        }),
    }
}

/// A live instance by its id, or by its name.
pub(crate) fn find(instances: &Instances, asked: &str) -> Outcome<Instance> {
    if let Some(found) = asked.parse().ok().and_then(|id| instances.find(id)) {
        return Ok(found);
    }
    let named: Vec<_> = instances.live().iter().filter(|one| one.name() == Some(asked)).collect();
    match &named[..] {
        [one] => Ok(one.clone()),
        [] => Err(Failure::new(NOT_FOUND, format!("the account has no instance {asked:?}"))
            .advised("greenapi-partner instances list --all")),
        many => {
            let ids: Vec<_> = many.iter().map(|one| one.id_instance().to_string()).collect();
            Err(Failure::new(
                USAGE,
                format!("{} live instances have the name {asked:?}: {}", many.len(), ids.join(", ")),
            )
            .advised("give one of the ids"))
        }
    }
}

/// The client of a live instance, by its id or its name.
pub(crate) async fn instance(partner: &PartnerClient, asked: &str) -> Outcome<InstanceClient> {
    let found = find(&partner.get_instances().await?, asked)?;
    if found.deleted() {
        return Err(Failure::new(NOT_FOUND, format!("the instance {asked} is deleted")));
    }
    Ok(partner.instance_of_listed(&found)?)
}

/// An environment variable that says something.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn no_token() -> Failure {
    Failure::configuration("there is no partner token").advised(
        "set GREENAPI_PARTNER_TOKEN, give --token-file, or keep it once with: greenapi-partner profile set default",
    )
}

const TOKEN: &str = "GREENAPI_PARTNER_TOKEN";
const WEBHOOK_SECRET: &str = "GREENAPI_PARTNER_WEBHOOK_SECRET";
