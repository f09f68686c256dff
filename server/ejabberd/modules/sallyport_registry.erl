%% What the server knows of machines: the master keys of the accepted epochs, and which machines exist.
-module(sallyport_registry).
-export([read_masters/2, take_machines/1, allows/3, epoch_allowed/3, grace_ended/3]).

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

%% The machines file: #{domain, machines => #{Kid => revoked | {all | #{User => true}, Epoch, GraceUntil}}}: the least epoch that the
%% machine has to use (0: any), and until when, in seconds since 1970, earlier ones are accepted.
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
    Epoch = epoch(maps:get(<<"epoch">>, Record, none)),
    Grace = grace(maps:get(<<"graceUntil">>, Record, none), Epoch),
    case {sallyport_protocol:is_kid(Kid), is_map_key(Kid, Machines), is_boolean(Revoked), Names, Epoch, Grace} of
	{false, _, _, _, _, _} -> {error, <<"has a machine without a kid">>};
	{_, true, _, _, _, _} -> {error, <<"names the machine ", Kid/binary, " twice">>};
	{_, _, false, _, _, _} -> {error, <<"has a machine whose revoked is not true or false">>};
	{_, _, _, false, _, _} -> {error, <<"has a machine whose users are not a list of names">>};
	{_, _, _, _, error, _} -> {error, <<"has a machine whose epoch is none">>};
	{_, _, _, _, _, error} -> {error, <<"has a machine whose graceUntil is no time in UTC beside an epoch">>};
	_ ->
	    Machine = case {Revoked, Users} of
			  {true, _} -> revoked;
			  {false, all} -> {all, Epoch, Grace};
			  {false, _} -> {maps:from_list([{User, true} || User <- Users]), Epoch, Grace}
		      end,
	    take_records(Rest, Machines#{Kid => Machine}, Domain)
    end;
take_records(_, _, _) -> {error, <<"has a machine without a kid">>}.

epoch(none) -> 0;
epoch(Epoch) when is_integer(Epoch), Epoch > 0 ->
    case sallyport_protocol:is_epoch(integer_to_binary(Epoch)) of true -> Epoch; false -> error end;
epoch(_) -> error.

grace(none, _) -> 0;
grace(Text, Epoch) when is_binary(Text), byte_size(Text) > 0, Epoch =/= 0 ->
    try $Z = binary:last(Text), calendar:rfc3339_to_system_time(binary_to_list(Text)) catch _:_ -> error end;
grace(_, _) -> error.

%% Whether the machine may still prove itself with the key of this epoch.
epoch_allowed(#{machines := Machines}, Kid, Epoch) ->
    case maps:get(Kid, Machines, revoked) of
	revoked -> false;
	{_, Least, Grace} -> binary_to_integer(Epoch) >= Least orelse erlang:system_time(second) < Grace
    end;
epoch_allowed(_, _, _) -> false.

%% Whether the grace of any machine ended after `From` and not after `To`, both in seconds since 1970.
grace_ended(#{machines := Machines}, From, To) ->
    lists:any(fun({_, _, Grace}) -> Grace > From andalso Grace =< To; (revoked) -> false end, maps:values(Machines));
grace_ended(_, _, _) -> false.

%% Whether the machine is accepted and, with a user name, may sign this user in.
allows(#{machines := Machines}, Kid, User) ->
    case maps:get(Kid, Machines, revoked) of
	revoked -> false;
	{all, _, _} -> true;
	{Users, _, _} -> User =:= any orelse is_map_key(User, Users)
    end;
allows(_, _, _) -> false.
