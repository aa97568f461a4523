// The one place that makes a client of Twilio.
import twilio from "twilio";

/** Sends to another base URL all that the SDK would send to Twilio. */
class RedirectedClient extends twilio.RequestClient {
  constructor(baseUrl, options) {
    super(options);
    this.baseUrl = baseUrl;
  }

  request(options) {
    const { pathname, search } = new URL(options.uri);
    return super.request({ ...options, uri: this.baseUrl + pathname + search });
  }
}

/** A client by the environment; with TWILIO_BASE_URL it asks that server, and never Twilio. */
export function makeClient({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_BASE_URL } = process.env) {
  const options = { autoRetry: true, timeout: 10_000 }; // three more tries where Twilio says 429
  const httpClient = TWILIO_BASE_URL
    ? new RedirectedClient(TWILIO_BASE_URL, options)
    : new twilio.RequestClient(options);
  return twilio(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, { httpClient });
}
