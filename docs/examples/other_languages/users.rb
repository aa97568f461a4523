# Conversations users by Twilio's Ruby library: on Twilio, or where TWILIO_BASE_URL leads.
require "erb"
require "twilio-ruby"

# Sends to another base URL all that the library would send to Twilio.
class RedirectedClient < Twilio::HTTP::Client
  def initialize(base_url, **options)
    super(**options)
    @base_url = base_url
  end

  def request(host, port, method, url, *rest)
    super(host, port, method, @base_url + URI(url).request_uri, *rest)
  end
end

def make_client(env = ENV)
  base_url = env["TWILIO_BASE_URL"]
  http_client = base_url ? RedirectedClient.new(base_url) : Twilio::HTTP::Client.new
  Twilio::REST::Client.new(env["TWILIO_ACCOUNT_SID"], env["TWILIO_AUTH_TOKEN"], nil, nil, http_client)
end

def refused
  yield
rescue Twilio::REST::RestError => error
  puts "refused #{error.status_code} #{error.code}"
end

ada = "ada lovelace"
api = make_client.conversations.v1

puts "created #{api.users.create(identity: ada, friendly_name: 'Ada').identity}"
refused { api.users.create(identity: ada) }
%w[grace joan].each { |identity| api.users.create(identity: identity) }
puts "listed #{api.users.list(page_size: 2).map(&:identity).join(', ')}"

user = api.users(ERB::Util.url_encode(ada)) # the library puts it into the path as it is
puts "fetched #{user.fetch.friendly_name}"
puts "updated #{user.update(friendly_name: 'Countess').friendly_name}"
user.delete
puts "deleted"
refused { user.fetch }
