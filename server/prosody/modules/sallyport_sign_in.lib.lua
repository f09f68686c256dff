-- What every way of signing in has in common: the lock, the kill switch and the audit log have their say, whatever was shown.

local lib = {};

-- `require_lock`: false only where the lock is not required; then none of the three is.
function lib.gate(module, require_lock)
	local host = module.host;
	local gate = {};

	-- Whether the event is in the audit log. Without that log nobody signs in, unless the lock is not required either.
	function gate.audited(event, session, account, fields)
		fields.user = account and (account.."@"..host) or nil;
		local audit = prosody.sallyport_audit;
		if not audit then return not require_lock; end
		return audit(event, session, fields);
	end

	local function switched_on(account)
		local allows = prosody.sallyport_switch_allows;
		if not allows then return not require_lock; end
		return allows(host, "user", account);
	end

	local function lock_allows(session, account)
		if not require_lock then return true; end
		local allows = prosody.sallyport_lock_allows;
		return allows ~= nil and allows(session, account);
	end

	-- Answers nil and the SASL condition.
	function gate.refuse(session, condition, reason, account)
		gate.audited("sign-in.refused", session, account, { reason = reason; condition = condition });
		session.log("warn", "sign-in refused account=%s ip=%s condition=%s reason=%s", account or "-", session.ip or "-", condition, reason);
		return nil, condition;
	end

	-- The account, which what was shown leads to, or nil and the SASL condition. `obstacle(account)` says what else keeps it
	-- out, as a condition and a reason.
	function gate.enter(session, account, obstacle)
		if not lock_allows(session, account) then
			return gate.refuse(session, "not-authorized", "the lock does not allow it", account);
		end
		if not switched_on(account) then return gate.refuse(session, "account-disabled", "switched off", account); end
		local condition, reason = obstacle(account);
		if condition then return gate.refuse(session, condition, reason, account); end
		if not gate.audited("sign-in.accepted", session, account, {}) then
			return gate.refuse(session, "temporary-auth-failure", "the audit log cannot be written", account);
		end
		session.log("info", "sign-in accepted account=%s ip=%s", account, session.ip or "-");
		return account;
	end

	return gate;
end

return lib;
