"""What every area stands on: database, clock, access, audit, outbox, web. No domain in here."""
