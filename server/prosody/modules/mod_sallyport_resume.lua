-- XEP-0198: a resumed session is read from where its new connection begins.
--
-- Prosody 0.12 goes on with the old connection's parser. A connection that broke in the middle of a stanza has left half of it
-- there, and what the client sends anew is taken for the rest: two messages become one, or the stream is not well-formed and
-- the session that had just been resumed ends. Here the new connection's parser reads; what it refuses ends the session itself.

module:hook("smacks-hibernation-end", function (event)
	local connection, resumed = event.origin, event.resumed;
	resumed.data = connection.data;
	function connection.close(_, ...) return resumed:close(...); end
end);
