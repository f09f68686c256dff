-- The client/server lock (docs/lock.md): before anything else, client and server prove to each other that they know
-- the machine's key.
--
-- A global module: the gate sits in each connection's own filters. A hook on one host would not do, because Prosody
-- dispatches an unauthenticated stanza by its `to`, which the sender chooses.
--
-- Options (global section):
--   sallyport_lock_masters      directory of master keys, one file an epoch (sallyport.lock-master/1)
--   sallyport_lock_machines     file of machines (sallyport.machines/1)
--   sallyport_lock_bindings     { "tls-exporter" } by default; "tls-server-end-point" only where policy allows it
--   sallyport_lock_certificate  PEM file of the server's certificate, for "tls-server-end-point"
--   sallyport_lock_timeout      seconds for the whole exchange, 10 by default
--   sallyport_reload_interval   seconds between looks at the files, 2 by default

module:set_global();

local st = require "util.stanza";
local base64 = require "util.encodings".base64;
local secure_equals = require "util.hashes".equals;
local filters = require "util.filters";

local protocol = module:require "sallyport_protocol";
local files = module:require "sallyport_files";
local channel = module:require "sallyport_channel";
local function log(...) module:log(...); end
local sessions = module:require "sallyport_sessions";
local registry = (module:require "sallyport_registry")(files, protocol, log);

local xmlns = protocol.xmlns;
local max_bytes = 8191;
local empty = {};

local masters_directory = module:get_option_path("sallyport_lock_masters", nil, "config");
local machines_path = module:get_option_path("sallyport_lock_machines", nil, "config");
local bindings = module:get_option_set("sallyport_lock_bindings", { "tls-exporter" });
local certificate_path = module:get_option_path("sallyport_lock_certificate", nil, "config");
local timeout = module:get_option_number("sallyport_lock_timeout", 10);
local reload_interval = module:get_option_number("sallyport_reload_interval", 2);

-- A missing option or a broken file must not leave the door open: the gate stands, and accepts nobody.
local masters = {};
local machines_file = files.watch(machines_path or "(sallyport_lock_machines)", registry.take_machines, log);
local end_point = certificate_path and channel.certificate_hash(certificate_path, log);

local function machine_of(domain, kid)
	local known = machines_file.value;
	if not known or known.domain ~= domain then return nil; end
	local machine = known.machines[kid];
	local switch_allows = prosody.sallyport_switch_allows;
	if not switch_allows or not switch_allows(domain, "machine", kid) then return nil; end
	return machine and not machine.revoked and machine or nil;
end

-- Whether the machine of a gate is accepted with the epoch that it proved.
local function epoch_allowed(machine, gate) return registry.epoch_allowed(machine, gate.epoch, os.time()); end

local function gate_of(session) return session.sallyport_lock; end

-- Outcome in the text log -> event of the audit log.
local events = {
	verified = "lock.verified"; refused = "lock.refused"; revoked = "lock.revoked"; ["stream closed"] = "lock.refused";
};

local function audit(session, level, outcome, gate, reason)
	session.log(level, "lock %s machine=%s epoch=%s binding=%s ip=%s%s", outcome, gate.kid or "-", gate.epoch or "-",
		gate.binding or "-", gate.ip or "-", reason and (" reason="..reason) or "");
	if prosody.sallyport_audit then
		-- the gate's own words: a closed session has forgotten them
		prosody.sallyport_audit(events[outcome], session, {
			machine = gate.kid; ip = gate.ip; reason = reason; epoch = gate.epoch; binding = gate.binding;
		});
	end
end

local function finish(gate)
	gate.state, gate.server_nonce, gate.client_nonce = "closed", nil, nil;
	if gate.timer then gate.timer:stop(); gate.timer = nil; end
end

-- Every failed exchange ends in the same bytes; the reason is for the log only, and written after they were sent.
local function refuse(session, gate, reason)
	finish(gate);
	session.send(st.stanza("refused", { xmlns = xmlns }));
	session:close();
	audit(session, "warn", "refused", gate, reason);
end

-- Anything that is not the lock's turn: the stream ends.
local function violate(session, gate, reason)
	local was_verified = gate.state == "restart" or gate.state == "open";
	finish(gate);
	session:close("policy-violation");
	audit(session, "warn", was_verified and "stream closed" or "refused", gate, reason);
end

local function on_hello(session, gate, stanza)
	local attr = stanza.attr;
	local client_nonce = protocol.decode32(attr.nonce);
	if protocol.is_kid(attr.kid) then gate.kid = attr.kid; end
	if protocol.is_epoch(attr.epoch) then gate.epoch = attr.epoch; end
	if gate.offered[attr.cb or ""] then gate.binding = attr.cb; end
	if not (client_nonce and gate.kid and gate.epoch and gate.binding) then
		return refuse(session, gate, "malformed-hello");
	end
	local text;
	gate.client_nonce = client_nonce;
	gate.server_nonce, text = registry.new_nonce();
	gate.state = "challenged";
	session.send(st.stanza("challenge", { xmlns = xmlns, nonce = text }));
end

-- The proof the machine must give and the one it gets. The same work is done whether or not machine and epoch exist.
local function expected_proofs(session, gate)
	local epochs = masters[session.host] or empty;
	local master = epochs[gate.epoch];
	local key = protocol.machine_key(master or registry.dummy_master, session.host, gate.kid, gate.epoch);
	local transcript = protocol.transcript {
		domain = session.host; kid = gate.kid; epoch = gate.epoch;
		binding = gate.binding; binding_data = gate.offered[gate.binding];
		client_nonce = gate.client_nonce; server_nonce = gate.server_nonce;
	};
	local client_mac = protocol.client_mac(protocol.client_key(key), transcript);
	return client_mac, protocol.server_mac(protocol.server_key(key), transcript, client_mac), master ~= nil;
end

local function on_proof(session, gate, stanza)
	local given = protocol.decode32(stanza.attr.mac);
	local client_mac, server_mac, epoch_known = expected_proofs(session, gate);
	local proved = secure_equals(client_mac, given or server_mac);
	local machine = machine_of(session.host, gate.kid);
	local moved = machine ~= nil and not epoch_allowed(machine, gate);
	if not (proved and given and epoch_known and machine) or moved then
		local reason = not given and "malformed-proof" or not epoch_known and "unknown-epoch"
			or not machine and "unknown-or-revoked-machine" or not proved and "wrong-proof" or "epoch-left-behind";
		return refuse(session, gate, reason);
	end
	finish(gate);
	gate.state = "restart";
	session.send(st.stanza("verified", { xmlns = xmlns, mac = base64.encode(server_mac) }));
	session:reset_stream();
	audit(session, "info", "verified", gate);
end

local turns = {
	offered = { name = "hello", act = on_hello };
	challenged = { name = "proof", act = on_proof };
};

-- After the lock and before sign-in: `to` may not lead to another host, and the machine must be one of the user's.
local function check_open(session, gate, stanza)
	local to = stanza.attr.to;
	if session.type == "c2s_unauthed" and to and to ~= session.host then
		violate(session, gate, "other-host");
		return nil;
	end
	if session.username and not gate.user_checked then
		local machine = machine_of(session.host, gate.kid);
		if not machine or not epoch_allowed(machine, gate) or (machine.users and not machine.users[session.username]) then
			violate(session, gate, "user-not-allowed-on-machine");
			return nil;
		end
		gate.user_checked = true;
	end
	return stanza;
end

local function stanzas_in(stanza, session)
	local gate = gate_of(session);
	if not gate or gate.state == "closed" then return nil; end
	if gate.state == "open" then return check_open(session, gate, stanza); end
	local turn = turns[gate.state];
	gate.bytes = 0;
	if not turn then
		violate(session, gate, "out-of-turn");
	elseif stanza.attr.xmlns ~= xmlns or stanza.name ~= turn.name or stanza.attr.to or #stanza > 0 then
		violate(session, gate, "not-the-lock");
	else
		turn.act(session, gate, stanza);
	end
	return nil;
end

-- While the gate is shut nothing leaves but the lock itself; whatever features the host made up become the lock's offer.
local function stanzas_out(stanza, session)
	local gate = gate_of(session);
	if not gate then return nil; end
	if gate.state == "open" or stanza.attr.xmlns == xmlns then return stanza; end
	if stanza.name ~= "stream:features" then return nil; end
	if gate.state == "restart" then
		gate.state = "open";
		return stanza;
	end
	if gate.state ~= "new" then return nil; end
	gate.state = "offered";
	gate.offered = channel.bindings(session.conn, bindings, end_point);
	local features = st.stanza("stream:features"):tag("lock", { xmlns = xmlns });
	for _, name in ipairs { "tls-exporter", "tls-server-end-point" } do
		if gate.offered[name] then features:tag("cb", { type = name }):up(); end
	end
	return features:reset();
end

-- Counts what has arrived since the last element, before the parser sees it.
local function bytes_in(data, session)
	local gate = gate_of(session);
	if not gate or gate.state == "closed" then return nil; end
	if gate.state == "open" or gate.state == "restart" then return data; end
	gate.ip = session.ip;
	gate.bytes = gate.bytes + #data;
	if gate.bytes > max_bytes then
		violate(session, gate, "too-large");
		return nil;
	end
	return data;
end

local function on_timeout(session, gate)
	gate.timer = nil;
	if gate.state == "open" or gate.state == "restart" or gate.state == "closed" or session.destroyed then return; end
	finish(gate);
	session:close("connection-timeout");
	audit(session, "warn", "refused", gate, "timeout");
end

local function set_gate(session)
	if session.type ~= "c2s_unauthed" or session.sallyport_lock then return; end
	local gate = { state = "new", bytes = 0 };
	session.sallyport_lock = gate;
	gate.timer = module:add_timer(timeout, function () on_timeout(session, gate); end);
	-- Before every other module's filters.
	filters.add_filter(session, "bytes/in", bytes_in, 1000);
	filters.add_filter(session, "stanzas/in", stanzas_in, 1000);
	-- After them: this is the last look at what leaves.
	filters.add_filter(session, "stanzas/out", stanzas_out, -1000);
end

filters.add_filter_hook(set_gate);
function module.unload() filters.remove_filter_hook(set_gate); end

-- For authentication modules: true once the lock is open for this session, and, with a user name, when this machine
-- may sign that user in.
function prosody.sallyport_lock_allows(session, username)
	local gate = gate_of(session);
	if not gate or gate.state ~= "open" or not gate.kid then return false; end
	local machine = machine_of(session.host, gate.kid);
	return machine ~= nil and epoch_allowed(machine, gate) and (not machine.users or machine.users[username] == true);
end

local function end_revoked(session)
	local gate = gate_of(session);
	if not gate or not gate.kid or session.destroyed or gate.state == "closed" then return; end
	if gate.state ~= "open" and gate.state ~= "restart" then return; end
	local machine = machine_of(session.host, gate.kid);
	local left_behind = machine and not epoch_allowed(machine, gate);
	if machine and not left_behind and not (session.username and machine.users and not machine.users[session.username]) then return; end
	audit(session, "warn", "revoked", gate, left_behind and "epoch-left-behind" or "machine-or-user-no-longer-allowed");
	gate.state = "closed";
	session:close { condition = "policy-violation", text = "This machine is no longer accepted" };
end

-- Live sessions, those that wait for an XEP-0198 resume included.
local function end_revoked_sessions()
	for session in pairs(sessions.all(module)) do end_revoked(session); end
end

local function reload_masters()
	if masters_directory then
		masters = registry.read_masters(masters_directory);
	else
		module:log("error", "sallyport_lock_masters is not set; no machine is accepted");
	end
end

local last_look = os.time();

local function refresh()
	local now = os.time();
	if machines_file.refresh() then
		module:log("info", "machines read from %s", machines_path);
		end_revoked_sessions();
	elseif machines_file.value and registry.grace_ended(machines_file.value.machines, last_look, now) then
		end_revoked_sessions();
	end
	last_look = now;
	return reload_interval;
end

reload_masters();
refresh();
module:hook_global("config-reloaded", function () reload_masters(); refresh(); end);
module:add_timer(reload_interval, refresh);

-- A resumed session (XEP-0198) is the old session on a new connection: it belongs to the machine that proved itself on it.
function module.add_host(host)
	host:hook("smacks-hibernation-end", function (event)
		event.resumed.sallyport_lock = event.origin.sallyport_lock;
	end);
end
