// Conversations users by Twilio's Java library: on Twilio, or where TWILIO_BASE_URL leads.

import com.twilio.exception.ApiException;
import com.twilio.http.HttpClient;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.conversations.v1.User;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpHost;

public class Users {

  /** Sends to another base URL all that the library would send to Twilio. */
  static HttpClient redirected(String baseUrl) {
    HttpRoute route = new HttpRoute(HttpHost.create(URI.create(baseUrl)));
    return new NetworkHttpClient(HttpClientBuilder.create().setRoutePlanner((host, context) -> route));
  }

  static TwilioRestClient makeClient() {
    String baseUrl = System.getenv("TWILIO_BASE_URL");
    return new TwilioRestClient.Builder(System.getenv("TWILIO_ACCOUNT_SID"), System.getenv("TWILIO_AUTH_TOKEN"))
        .httpClient(baseUrl == null ? new NetworkHttpClient() : redirected(baseUrl))
        .build();
  }

  static void tellRefusal(Runnable ask) {
    try {
      ask.run();
    } catch (ApiException error) {
      System.out.println("refused " + error.getStatusCode() + " " + error.getCode());
    }
  }

  public static void main(String[] arguments) {
    TwilioRestClient client = makeClient();
    String ada = "ada lovelace";

    User user = User.creator(ada).setFriendlyName("Ada").create(client);
    System.out.println("created " + user.getIdentity());
    tellRefusal(() -> User.creator(ada).create(client));
    for (String identity : List.of("grace", "joan")) {
      User.creator(identity).create(client);
    }
    List<String> identities = new ArrayList<>();
    User.reader().pageSize(2).read(client).forEach(listed -> identities.add(listed.getIdentity()));
    System.out.println("listed " + String.join(", ", identities));

    // The library encodes it, but for / ? and #.
    System.out.println("fetched " + User.fetcher(ada).fetch(client).getFriendlyName());
    user = User.updater(ada).setFriendlyName("Countess").update(client);
    System.out.println("updated " + user.getFriendlyName());
    User.deleter(ada).delete(client);
    System.out.println("deleted");
    tellRefusal(() -> User.fetcher(ada).fetch(client));
  }
}
