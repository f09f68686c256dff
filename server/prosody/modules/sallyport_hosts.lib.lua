-- Hooks on every host of the server, services such as rooms included, whenever it comes: a module that the configuration
-- names for the domain alone would not see what goes straight to a service.

local lib = {};

-- Calls `add(context)` once for each host; `context` is the module's interface on that host.
function lib.each(module, add)
	for name in pairs(prosody.hosts) do add(module:context(name)); end
	module:hook_global("host-activated", function (name) add(module:context(name)); end);
end

return lib;
