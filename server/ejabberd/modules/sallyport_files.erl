%% Reading the files that administrators keep: bounded, checked, and never half taken over.
-module(sallyport_files).
-export([read/1, read/2, parse/2, parse/3, encode/1, is_private/1, list/1, watch/2, watch/3, refresh/1]).

-include_lib("kernel/include/file.hrl").
-include("logger.hrl").

%% A table of 100,000 people, with what is on their cards, has some 50 MiB.
-define(MAX_BYTES, 67108864).

%% The whole text of a regular file.
read(Path) -> read(Path, ?MAX_BYTES).
read(Path, Max) ->
    case file:read_file_info(Path) of
	{ok, #file_info{type = regular, size = Size}} when Size > Max -> {error, <<"is too large">>};
	{ok, #file_info{type = regular}} ->
	    case file:read_file(Path) of
		{ok, <<>>} -> {error, <<"is empty or unreadable">>};
		{ok, Text} when byte_size(Text) > Max -> {error, <<"is too large">>};
		{ok, Text} -> {ok, Text};
		{error, _} -> {error, <<"is empty or unreadable">>}
	    end;
	_ -> {error, <<"is not a file">>}
    end.

decode(Text) ->
    _ = code:ensure_loaded(misc),
    case erlang:function_exported(misc, json_decode, 1) of
	true -> misc:json_decode(Text);
	false -> jiffy:decode(Text, [return_maps])
    end.

%% A JSON object with the expected "format", or with one of `Older`, which are understood as well.
parse(Text, Format) -> parse(Text, Format, []).
parse(Text, Format, Older) ->
    try decode(Text) of
	#{<<"format">> := Format} = Value -> {ok, Value};
	#{<<"format">> := Found} = Value ->
	    case lists:member(Found, Older) of
		true -> {ok, Value};
		false -> {error, <<"is not of the format ", Format/binary>>}
	    end;
	#{} -> {error, <<"is not of the format ", Format/binary>>};
	_ -> {error, <<"is not a JSON object">>}
    catch _:_ -> {error, <<"is not a JSON object">>}
    end.

%% Files with secrets: nobody outside the owner and the group may read them, nobody but the owner may write them.
is_private(Path) ->
    case file:read_file_info(Path) of
	{ok, #file_info{mode = Mode}} -> Mode band 8#027 =:= 0;
	_ -> false
    end.

%% Paths of the *.json files in a directory, sorted.
list(Directory) ->
    case file:list_dir(Directory) of
	{ok, Names} ->
	    Good = [Name || Name <- Names, re:run(Name, "^[A-Za-z0-9._-]+\\.json\\z", [{capture, none}]) =:= match],
	    {ok, [filename:join(Directory, Name) || Name <- lists:sort(Good)]};
	{error, _} -> {error, <<"is not a directory">>}
    end.

%% A file that is read again when it changes. `Take(Text)` returns {ok, Value} or {error, Reason}. A file that is broken or
%% gone later on leaves the last good value in force and says so once: a slip of an editor must neither open the door nor
%% throw everybody out.
watch(Path, Take) -> watch(Path, Take, ?MAX_BYTES).
watch(Path, Take, Max) -> #{path => Path, take => Take, max => Max, stamp => none, seen => none, complained => none, value => none}.

%% {changed | same, Watched}
refresh(#{path := Path, stamp := Stamp, max := Max} = Watched) ->
    case stamp(Path) of
	{settled, _} = Stamp -> {same, Watched};
	Next -> reread(read(Path, Max), Watched#{stamp => Next})
    end.

%% What tells a file from its successor. Times are of whole seconds: a file that is younger is looked at again.
stamp(Path) ->
    case file:read_file_info(Path, [{time, posix}]) of
	{ok, #file_info{mtime = Time, size = Size, inode = Inode}} ->
	    {case erlang:system_time(second) - Time > 2 of true -> settled; false -> fresh end, {Time, Size, Inode}};
	_ -> none
    end.

reread(Read, #{path := Path, seen := Seen, complained := Complained, value := Last, take := Take} = Watched) ->
    Hash = case Read of {ok, Text} -> crypto:hash(sha256, Text); _ -> none end,
    case Hash =/= none andalso Hash =:= Seen of
	true -> {case Complained of none -> same; _ -> changed end, Watched#{complained => none}};
	false ->
	    case taken(Read, Take) of
		{ok, Value} -> {changed, Watched#{seen => Hash, complained => none, value => Value}};
		%% looked at again: an owner or a mode that is mended changes nothing that a file is told by
		{error, Complained} -> {same, Watched#{stamp => none}};
		{error, Reason} ->
		    ?ERROR_MSG("~ts ~ts; ~ts", [Path, Reason, case Last of none -> "nobody is accepted";
									   _ -> "the last good one stays in force" end]),
		    {same, Watched#{stamp => none, complained => Reason}}
	    end
    end.

taken({ok, Text}, Take) ->
    try Take(Text) of
	{ok, Value} -> {ok, Value};
	{error, _} = Error -> Error
    catch _:_ -> {error, <<"does not have the shape it should">>}
    end;
taken(Error, _) -> Error.

%% JSON text of a map or list.
encode(Value) ->
    _ = code:ensure_loaded(misc),
    iolist_to_binary(case erlang:function_exported(misc, json_encode, 1) of
			 true -> misc:json_encode(Value);
			 false -> jiffy:encode(Value)
		     end).
