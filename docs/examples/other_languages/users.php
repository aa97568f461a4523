<?php
// Conversations users by Twilio's PHP library: on Twilio, or where TWILIO_BASE_URL leads.
require __DIR__ . '/vendor/autoload.php';

use Twilio\Exceptions\RestException;
use Twilio\Http\CurlClient;
use Twilio\Http\Response;
use Twilio\Rest\Client;

/** Sends to another base URL all that the library would send to Twilio. */
class RedirectedClient extends CurlClient
{
    private string $baseUrl;

    public function __construct(string $baseUrl, array $options = [])
    {
        parent::__construct($options);
        $this->baseUrl = $baseUrl;
    }

    public function request(string $method, string $url, ...$rest): Response
    {
        $url = preg_replace('#^https?://[^/]+#', $this->baseUrl, $url);
        return parent::request($method, $url, ...$rest);
    }
}

function makeClient(): Client
{
    $baseUrl = getenv('TWILIO_BASE_URL');
    $httpClient = $baseUrl ? new RedirectedClient($baseUrl) : new CurlClient();
    return new Client(getenv('TWILIO_ACCOUNT_SID'), getenv('TWILIO_AUTH_TOKEN'), null, null, $httpClient);
}

function refused(callable $ask): void
{
    try {
        $ask();
    } catch (RestException $error) {
        echo "refused {$error->getStatusCode()} {$error->getCode()}\n";
    }
}

$ada = 'ada lovelace';
$api = makeClient()->conversations->v1;

echo "created {$api->users->create($ada, ['friendlyName' => 'Ada'])->identity}\n";
refused(fn() => $api->users->create($ada));
foreach (['grace', 'joan'] as $identity) {
    $api->users->create($identity);
}
$identities = array_map(fn($user) => $user->identity, $api->users->read(null, 2));
echo 'listed ', implode(', ', $identities), "\n";

$user = $api->users($ada); // the library encodes it
echo "fetched {$user->fetch()->friendlyName}\n";
echo "updated {$user->update(['friendlyName' => 'Countess'])->friendlyName}\n";
$user->delete();
echo "deleted\n";
refused(fn() => $user->fetch());
