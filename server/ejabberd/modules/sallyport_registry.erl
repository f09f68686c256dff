%% What the server knows of machines: the master keys of the accepted epochs, and which machines exist.
-module(sallyport_registry).
-export([read_masters/2, take_machines/1, allows/3]).

-include("logger.hrl").

read_master(Path) ->
    case sallyport_files:is_private(Path) andalso sallyport_files:read(Path) of
	false -> {error, <<"may be read or changed by others; chmod 640 or 600">>};
	{ok, Text} ->
	    case sallyport_files:parse(Text, <<"sallyport.lock-master/1">>) of
		{ok, Master} -> check_master(Master);
		Error -> Error
	    end;
	Error -> Error
    end.

check_master(Master) ->
    Domain = maps:get(<<"domain">>, Master, none),
    Epoch = case Master of #{<<"epoch">> := E} when is_integer(E), E > 0 -> integer_to_binary(E); _ -> <<>> end,
    Lower = is_binary(Domain) andalso string:lowercase(Domain) =:= Domain,
    case {sallyport_protocol:decode32(maps:get(<<"key">>, Master, none)), Lower, sallyport_protocol:is_epoch(Epoch)} of
	{error, _, _} -> {error, <<"holds no key of 32 bytes">>};
	{_, false, _} -> {error, <<"names no domain">>};
	{_, _, false} -> {error, <<"has no epoch">>};
	{{ok, Key}, true, true} -> {ok, Domain, Epoch, Key}
    end.

%% The master keys of a directory for one domain: #{Epoch => Key}, the newest epoch and the one before it.
read_masters(Directory, Host) ->
    case sallyport_files:list(Directory) of
	{ok, Paths} -> keep_window(lists:foldl(fun(Path, Found) -> add_master(Path, Host, Found) end, #{}, Paths), Host);
	{error, Reason} ->
	    ?ERROR_MSG("~ts ~ts; no machine is accepted", [Directory, Reason]),
	    #{}
    end.

add_master(Path, Host, Found) ->
    case read_master(Path) of
	{ok, Host, Epoch, _} when is_map_key(Epoch, Found) ->
	    ?ERROR_MSG("~ts repeats epoch ~ts of ~ts and is ignored", [Path, Epoch, Host]),
	    Found;
	{ok, Host, Epoch, Key} -> Found#{Epoch => Key};
	{ok, _, _, _} -> Found;
	{error, Reason} ->
	    ?ERROR_MSG("~ts ~ts and is ignored", [Path, Reason]),
	    Found
    end.

%% Only the newest epoch and the one directly before it are accepted (docs/lock.md, "Rotation").
keep_window(Epochs, Host) ->
    Newest = lists:max([0 | [binary_to_integer(Epoch) || Epoch <- maps:keys(Epochs)]]),
    maps:filter(fun(Epoch, _) ->
			case binary_to_integer(Epoch) >= Newest - 1 of
			    true -> true;
			    false ->
				?WARNING_MSG("epoch ~ts of ~ts is outside the window and not accepted; remove its file", [Epoch, Host]),
				false
			end
		end, Epochs).

%% The machines file: #{domain, machines => #{Kid => all | #{User => true} | revoked}}.
take_machines(Text) ->
    case sallyport_files:parse(Text, <<"sallyport.machines/1">>) of
	{ok, #{<<"domain">> := Domain, <<"machines">> := Records}} when is_binary(Domain), is_list(Records) ->
	    take_records(Records, #{}, Domain);
	{ok, _} -> {error, <<"lacks a domain or machines">>};
	Error -> Error
    end.

take_records([], Machines, Domain) -> {ok, #{domain => Domain, machines => Machines}};
take_records([#{<<"kid">> := Kid} = Record | Rest], Machines, Domain) when is_binary(Kid) ->
    Users = maps:get(<<"users">>, Record, all),
    Revoked = maps:get(<<"revoked">>, Record, false),
    Names = Users =:= all orelse (is_list(Users) andalso lists:all(fun is_binary/1, Users)),
    case {sallyport_protocol:is_kid(Kid), is_map_key(Kid, Machines), is_boolean(Revoked), Names} of
	{false, _, _, _} -> {error, <<"has a machine without a kid">>};
	{_, true, _, _} -> {error, <<"names the machine ", Kid/binary, " twice">>};
	{_, _, false, _} -> {error, <<"has a machine whose revoked is not true or false">>};
	{_, _, _, false} -> {error, <<"has a machine whose users are not a list of names">>};
	_ ->
	    Machine = case {Revoked, Users} of
			  {true, _} -> revoked;
			  {false, all} -> all;
			  {false, _} -> maps:from_list([{User, true} || User <- Users])
		      end,
	    take_records(Rest, Machines#{Kid => Machine}, Domain)
    end;
take_records(_, _, _) -> {error, <<"has a machine without a kid">>}.

%% Whether the machine is accepted and, with a user name, may sign this user in.
allows(#{machines := Machines}, Kid, User) ->
    case maps:get(Kid, Machines, revoked) of
	revoked -> false;
	all -> true;
	Users -> User =:= any orelse is_map_key(User, Users)
    end;
allows(_, _, _) -> false.
