-- Sign-in by card or by password, for sites whose policy has /authentication/method "both": whoever shows a certificate in TLS
-- signs in with it (mod_auth_sallyport_card), whoever shows none with a password (mod_auth_sallyport_password). Neither falls
-- back to the other. The options are those of the two modules; `verify` must not have "fail_if_no_peer_cert".

module:depends("auth_sallyport_card");
module:depends("auth_sallyport_password");

local function provider_of(name)
	for _, provider in ipairs(module:get_host_items("auth-provider")) do
		if provider.name == name then return provider; end
	end
	error("there is no authentication provider "..name);
end
local card, password = provider_of("sallyport_card"), provider_of("sallyport_password");

local function shows_certificate(session)
	local socket = session.conn and session.conn.socket and session.conn:socket();
	return socket and socket.getpeercertificate and socket:getpeercertificate() ~= nil;
end

local provider = {};

function provider.get_sasl_handler(session)
	return (shows_certificate(session) and card or password).get_sasl_handler(session);
end

function provider.user_exists(username) return card.user_exists(username) or password.user_exists(username); end
function provider.is_enabled(username) return card.is_enabled(username) or password.is_enabled(username); end

function provider.users()
	local names = {};
	for name in card.users() do names[name] = true; end
	for name in password.users() do names[name] = true; end
	return pairs(names);
end

provider.sallyport_vcard = card.sallyport_vcard;
provider.sallyport_accounts = card.sallyport_accounts;
provider.create_user, provider.set_password, provider.delete_user =
	password.create_user, password.set_password, password.delete_user;
provider.test_password, provider.get_password = password.test_password, password.get_password;

module:provides("auth", provider);
