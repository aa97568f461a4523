"""What Twilio promises, as tables: facts only, no behaviour."""
