%% ejabberd's view of the accounts: those of the card module's table exist, none has a password, none can be made or changed.
-module(ejabberd_auth_sallyport).
-behaviour(ejabberd_auth).
-export([start/1, stop/1, reload/1, plain_password_required/1, store_type/1, check_password/4, user_exists/2, get_users/2,
	 count_users/2, use_cache/1]).

start(_) -> ok.
stop(_) -> ok.
reload(_) -> ok.
plain_password_required(_) -> true.
store_type(_) -> external.
use_cache(_) -> false.
check_password(_, _, _, _) -> {nocache, false}.

user_exists(User, Host) -> {nocache, is_map_key(User, accounts(Host))}.
get_users(Host, _) -> [{User, Host} || User <- maps:keys(accounts(Host))].
count_users(Host, _) -> map_size(accounts(Host)).

accounts(Host) ->
    case sallyport_sessions:get(accounts, Host) of
	#{accounts := Accounts} -> Accounts;
	none -> #{}
    end.
