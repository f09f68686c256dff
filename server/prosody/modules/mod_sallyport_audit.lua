-- The server's audit log: who came from which machine, who was refused and why, what administrators did
-- (server/kit/README.md lists the events). No message text and no secret is in it.
--
-- Options (global section):
--   sallyport_log   directory of the logs; must belong to the server's user and be nobody else's

module:set_global();

local jid_bare = require "util.jid".bare;
local files = module:require "sallyport_files";
local directory = module:get_option_path("sallyport_log", nil, "config");
local journal = (module:require "sallyport_journal")(files, directory, "audit", function (...) module:log(...); end);

-- True when the event is written. `session` may be nil; `fields` are the event's own and win over the session's.
function prosody.sallyport_audit(event, session, fields)
	local record = { event = event, server = "prosody" };
	if session then
		local gate = session.sallyport_lock;
		record.user = session.username and session.host and (session.username.."@"..session.host) or nil;
		record.machine = gate and gate.kid or nil;
		record.session = session.id;
		record.ip = session.ip or gate and gate.ip or nil;
	end
	for name, value in pairs(fields or {}) do record[name] = value; end
	return journal.write(record);
end

local audit = prosody.sallyport_audit;

module:hook_global("server-started", function () audit("server.started"); end);
module:hook_global("server-stopping", function (event) audit("server.stopped", nil, { reason = event and event.reason or nil }); end);

-- Behind everything else that takes part in a reload: what was replaced is in force now.
module:hook_global("config-reloaded", function ()
	module:log("info", "tables and keys read again");
	audit("server.reloaded");
end, -1000);

-- Commands of prosodyctl shell.
module:hook_global("admin/repl-input", function (event)
	audit("admin.command", nil, { command = event.stanza:get_text() });
end, 100);

function module.add_host(host)
	host:hook("resource-bind", function (event)
		audit("session.started", event.session, { resource = event.session.resource });
	end);
	host:hook("resource-unbind", function (event)
		audit("session.ended", event.session, { resource = event.session.resource; reason = event.error and tostring(event.error) or nil });
	end);
	host:hook("muc-room-created", function (event)
		audit("room.created", event.origin, { room = event.room.jid; user = event.creator and event.creator.bare_jid or nil });
	end);
	host:hook("muc-room-destroyed", function (event)
		audit("room.destroyed", nil, { room = event.room.jid; reason = event.reason });
	end);
	host:hook("muc-config-submitted", function (event)
		audit("room.configured", event.origin, { room = event.room.jid; user = event.actor and jid_bare(event.actor) or nil });
	end);
	host:hook("muc-set-affiliation", function (event)
		audit("room.affiliation", nil, {
			room = event.room.jid; subject = event.jid; affiliation = event.affiliation or "none";
			user = type(event.actor) == "string" and jid_bare(event.actor) or nil; reason = event.reason;
		});
	end);
end

function module.unload() journal.close(); end
