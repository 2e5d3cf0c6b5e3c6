#![no_main]

greenapi_partner_fuzz::target!(greenapi_partner::fuzzing::ledgers);
