// Conversations users by Twilio's Go library: on Twilio, or where TWILIO_BASE_URL leads.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
	conversations "github.com/twilio/twilio-go/rest/conversations/v1"
)

// redirected sends to another base URL all that the library would send to Twilio.
type redirected struct{ baseURL *url.URL }

func (r redirected) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host = r.baseURL.Scheme, r.baseURL.Host
	request.Host = ""
	return http.DefaultTransport.RoundTrip(request)
}

func makeClient() (*twilio.RestClient, error) {
	accountSid := os.Getenv("TWILIO_ACCOUNT_SID")
	made := &client.Client{Credentials: client.NewCredentials(accountSid, os.Getenv("TWILIO_AUTH_TOKEN"))}
	made.SetAccountSid(accountSid)
	if baseURL := os.Getenv("TWILIO_BASE_URL"); baseURL != "" {
		parsed, err := url.Parse(baseURL)
		if err != nil {
			return nil, err
		}
		made.HTTPClient = &http.Client{Transport: redirected{parsed}}
	}
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: made}), nil
}

func run(api *conversations.ApiService) error {
	ada := "ada lovelace"
	params := (&conversations.CreateUserParams{}).SetIdentity(ada).SetFriendlyName("Ada")
	user, err := api.CreateUser(params)
	if err != nil {
		return err
	}
	fmt.Println("created", *user.Identity)
	_, err = api.CreateUser(params)
	tellRefusal(err)

	for _, identity := range []string{"grace", "joan"} {
		_, err = api.CreateUser((&conversations.CreateUserParams{}).SetIdentity(identity))
		if err != nil {
			return err
		}
	}
	users, err := api.ListUser((&conversations.ListUserParams{}).SetPageSize(2))
	if err != nil {
		return err
	}
	var identities []string
	for _, user := range users {
		identities = append(identities, *user.Identity)
	}
	fmt.Println("listed", strings.Join(identities, ", "))

	path := url.PathEscape(ada) // the library puts it into the path as it is
	if user, err = api.FetchUser(path); err != nil {
		return err
	}
	fmt.Println("fetched", *user.FriendlyName)
	changes := (&conversations.UpdateUserParams{}).SetFriendlyName("Countess")
	if user, err = api.UpdateUser(path, changes); err != nil {
		return err
	}
	fmt.Println("updated", *user.FriendlyName)
	if err = api.DeleteUser(path, &conversations.DeleteUserParams{}); err != nil {
		return err
	}
	fmt.Println("deleted")
	_, err = api.FetchUser(path)
	tellRefusal(err)
	return nil
}

func tellRefusal(err error) {
	var refusal *client.TwilioRestError
	if errors.As(err, &refusal) {
		fmt.Println("refused", refusal.Status, refusal.Code)
	}
}

func main() {
	made, err := makeClient()
	if err == nil {
		err = run(made.ConversationsV1)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
