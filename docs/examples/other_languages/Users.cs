// Conversations users by Twilio's C# library: on Twilio, or where TWILIO_BASE_URL leads.
using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Twilio.Clients;
using Twilio.Exceptions;
using Twilio.Http;
using Twilio.Rest.Conversations.V1;

/// <summary>Sends to another base URL all that the library would send to Twilio.</summary>
class Redirected : DelegatingHandler
{
    private readonly string _baseUrl;

    public Redirected(string baseUrl) : base(new HttpClientHandler { AllowAutoRedirect = false })
    {
        _baseUrl = baseUrl;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
    {
        request.RequestUri = new Uri(_baseUrl + request.RequestUri.PathAndQuery);
        return base.SendAsync(request, token);
    }
}

static class Users
{
    static TwilioRestClient MakeClient()
    {
        var baseUrl = Environment.GetEnvironmentVariable("TWILIO_BASE_URL");
        return new TwilioRestClient(
            Environment.GetEnvironmentVariable("TWILIO_ACCOUNT_SID"),
            Environment.GetEnvironmentVariable("TWILIO_AUTH_TOKEN"),
            httpClient: baseUrl == null
                ? new SystemNetHttpClient()
                : new SystemNetHttpClient(new System.Net.Http.HttpClient(new Redirected(baseUrl))));
    }

    static void TellRefusal(Action ask)
    {
        try
        {
            ask();
        }
        catch (ApiException error)
        {
            Console.WriteLine($"refused {error.Status} {error.Code}");
        }
    }

    static void Main()
    {
        var client = MakeClient();
        var ada = "ada lovelace";

        var user = UserResource.Create(ada, friendlyName: "Ada", client: client);
        Console.WriteLine($"created {user.Identity}");
        TellRefusal(() => UserResource.Create(ada, client: client));
        foreach (var identity in new[] { "grace", "joan" })
        {
            UserResource.Create(identity, client: client);
        }
        var listed = UserResource.Read(pageSize: 2, client: client);
        Console.WriteLine("listed " + string.Join(", ", listed.Select(each => each.Identity)));

        var path = Uri.EscapeDataString(ada); // the library puts it into the path as it is
        Console.WriteLine($"fetched {UserResource.Fetch(path, client: client).FriendlyName}");
        user = UserResource.Update(path, friendlyName: "Countess", client: client);
        Console.WriteLine($"updated {user.FriendlyName}");
        UserResource.Delete(path, client: client);
        Console.WriteLine("deleted");
        TellRefusal(() => UserResource.Fetch(path, client: client));
    }
}
