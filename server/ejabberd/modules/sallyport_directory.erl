%% The directory's word on accounts, where ejabberd has one (auth_method: ldap): who is not in it, or is kept out by
%% ldap_filter, does not sign in, and does not stay.
-module(sallyport_directory).
-export([is_used/1, has/2, absent/2]).

-include("eldap.hrl").

-define(ANSWER_MS, 5000).

is_used(Host) -> lists:member(ejabberd_auth_ldap, ejabberd_auth:auth_modules(Host)).

%% Whether the directory knows the account. A directory that does not answer knows nobody.
has(Host, User) ->
    bounded(fun() -> case ejabberd_auth_ldap:user_exists(User, Host) of {_, true} -> true; _ -> false end end).

%% Those of `Users` that the directory does not know; [] when it does not answer: its failure throws nobody out.
absent(Host, Users) ->
    case answers(Host) of
	false -> [];
	true ->
	    Absent = [User || User <- Users, not has(Host, User)],
	    case answers(Host) of true -> Absent; false -> [] end
    end.

answers(Host) ->
    Pool = atom_to_binary(gen_mod:get_module_proc(Host, ejabberd_auth_ldap), utf8),
    Base = ejabberd_option:ldap_base(Host),
    Search = [{base, Base}, {scope, baseObject}, {filter, eldap:present(<<"objectClass">>)}, {attributes, [<<"1.1">>]}, {timeout, 5}],
    bounded(fun() -> case eldap_pool:search(Pool, Search) of #eldap_search_result{entries = [_ | _]} -> true; _ -> false end end).

%% The answer of `Fun`, false when it fails or takes too long: ejabberd itself waits for minutes on a directory that is gone.
bounded(Fun) ->
    {Pid, Monitor} = spawn_monitor(fun() -> exit({answer, Fun()}) end),
    receive
	{'DOWN', Monitor, process, Pid, {answer, Answer}} -> Answer;
	{'DOWN', Monitor, process, Pid, _} -> false
    after ?ANSWER_MS ->
	    erlang:demonitor(Monitor, [flush]),
	    exit(Pid, kill),
	    false
    end.
