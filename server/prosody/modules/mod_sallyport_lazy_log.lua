-- Prosody describes each stanza several times for its log of level `debug`, whether there is one or not: a tenth of what a message
-- costs. Here the description is made when somebody writes it down. Only what is logged is touched: the tags of streams are as they were.

module:set_global();

local stanza_mt = require "util.stanza".stanza_mt;
local describe = stanza_mt.top_tag;
local stanzas = { message = true, presence = true, iq = true };

local description_mt = {
	__tostring = function (self) return describe(self.stanza); end;
	__concat = function (left, right) return tostring(left)..tostring(right); end;
};

function stanza_mt.top_tag(stanza)
	if not stanzas[stanza.name] then return describe(stanza); end
	return setmetatable({ stanza = stanza }, description_mt);
end

function module.unload() stanza_mt.top_tag = describe; end
