-- Channel bindings of a connection, as LuaSec can give them.

local hashes = require "util.hashes";
local base64 = require "util.encodings".base64;
local ssl = require "ssl";

local lib = {};

local function exporter(socket)
	if not socket.exportkeyingmaterial then return nil; end
	local ok, data = pcall(socket.exportkeyingmaterial, socket, "EXPORTER-Channel-Binding", 32, "");
	return ok and type(data) == "string" and #data == 32 and data or nil;
end

-- Type -> data, for every allowed type that this connection has. RFC 9266: the exporter counts only on TLS 1.3.
function lib.bindings(conn, allowed, end_point)
	local found = {};
	local socket = conn and conn.socket and conn:socket();
	local info = socket and socket.info and socket:info();
	if type(info) ~= "table" then return found; end
	if allowed:contains("tls-exporter") and info.protocol == "TLSv1.3" then found["tls-exporter"] = exporter(socket); end
	if allowed:contains("tls-server-end-point") then found["tls-server-end-point"] = end_point; end
	return found;
end

-- RFC 5929 section 4.1: the hash of the certificate's own signature algorithm, SHA-256 in place of MD5 and SHA-1.
function lib.certificate_hash(path, log)
	local file = io.open(path);
	local pem = file and file:read("*a");
	if file then file:close(); end
	local certificate = pem and ssl.loadcertificate(pem);
	if not certificate then
		log("error", "%s holds no certificate; tls-server-end-point is not offered", path);
		return nil;
	end
	local der = base64.decode((certificate:pem():gsub("%-%-%-%-%-[^\n]*\n?", "")));
	local algorithm = (certificate:getsignaturename() or ""):lower();
	if algorithm:find("sha512") then return hashes.sha512(der); end
	if algorithm:find("sha384") then return hashes.sha384(der); end
	return hashes.sha256(der);
end

return lib;
