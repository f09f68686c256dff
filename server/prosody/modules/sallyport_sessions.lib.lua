-- Every client session of this server: connected ones, whether signed in or not, and those that have lost their
-- connection and wait for an XEP-0198 resume.

local lib = {};

function lib.all(module)
	local found = {};
	for _, session in pairs(module:shared("/*/c2s/sessions")) do found[session] = true; end
	for _, session in pairs(prosody.full_sessions) do found[session] = true; end
	return found;
end

return lib;
