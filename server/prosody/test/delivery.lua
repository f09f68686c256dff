-- What the kit does to have less work for each message, without a server.
-- Usage: lua5.4 delivery.lua MODULES_DIRECTORY      prints one line a check, exits 1 on a failed one

package.path = "/usr/lib/prosody/?.lua;"..package.path;
package.cpath = "/usr/lib/prosody/?.so;"..package.cpath;

local modules = arg[1];
local st = require "util.stanza";
local format = require "util.format".format;

local failed = false;
local function check(name, ok)
	print(name.." "..(ok and "done" or "FAILED"));
	failed = failed or not ok;
end

local hooks = {};
-- luacheck: globals module prosody
local function load_module(name)
	module = { set_global = function () end; hook = function (_, event, handler, priority) hooks[event] = { handler, priority }; end };
	dofile(modules.."/"..name..".lua");
	return module;
end

local stanzas = { st.message({ from = "a@b"; id = "1" }, "Text"), st.iq({ type = "get"; id = "2" }), st.presence() };
local before = {};
for i, stanza in ipairs(stanzas) do before[i] = "Sending[c2s]: "..stanza:top_tag().."."; end
local stream = st.stanza("stream:stream", { to = "b" });
local open = stream:top_tag();
local lazy = load_module("mod_sallyport_lazy_log");
local same = stream:top_tag() == open;
for i, stanza in ipairs(stanzas) do
	same = same and type(stanza:top_tag()) ~= "string" and format("Sending[%s]: %s.", "c2s", stanza:top_tag()) == before[i]
		and "Sending[c2s]: "..stanza:top_tag().."." == before[i];
end
check("logged is what was logged", same);
lazy.unload();
check("unloaded", stanzas[1]:top_tag() == "<message from='a@b' id='1'>" or stanzas[1]:top_tag() == "<message id='1' from='a@b'>");

local sent, takes = {}, true;
prosody = { full_sessions = { ["alice@b/desk"] = { send = function (stanza) sent[#sent + 1] = stanza; return takes; end } } };
load_module("mod_sallyport_room_delivery");
local deliver, priority = table.unpack(hooks["message/full"]);
local room = { type = "component"; modules = { muc = {} } };
local function said(kind, origin, to, by)
	local stanza = st.message({ type = kind; from = "room@rooms.b/Bob"; to = to or "alice@b/desk" }, "Text");
	if by then stanza:tag("stanza-id", { xmlns = "urn:xmpp:sid:0"; id = "1"; by = by }):up(); end
	local handled = deliver { origin = origin or room; stanza = stanza };
	return handled, sent[#sent] == stanza;
end
local handled, arrived = said("groupchat");
check("a room's message is delivered", handled == true and arrived and #sent == 1);
check("after what may refuse it, before what leaves it alone", priority > 0 and priority < 1);
local others = true;
for _, case in ipairs { { "chat" }, { "error" }, { nil }, { "groupchat", { type = "c2s"; modules = { muc = {} } } },
	{ "groupchat", { type = "s2sin" } }, { "groupchat", { type = "component"; modules = {} } }, { "groupchat", room, "carol@b/desk" } } do
	others = others and said(case[1], case[2], case[3]) == nil;
end
check("nothing else is", others and #sent == 1);
check("nor what has an id in the name of the receiver's archive", said("groupchat", nil, nil, "Alice@b") == nil and #sent == 1);
check("one of the room's does not matter", said("groupchat", nil, nil, "room@rooms.b") == true and #sent == 2);
takes = false;
check("nor what a session does not take", said("groupchat") == nil);
os.exit(failed and 1 or 0);
